import { expect } from 'vitest';
import { CONTRACT } from '../../../shared/events/contract.ts';
import { TYPE_PREFIX } from '../../../shared/events/define-event.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import type { IncidentRecord } from '../../../shared/runtime/ports.ts';
import { transitionsIn } from './transitions.ts';

/**
 * What must be true of all that was published, whatever happened meanwhile: every event keeps its contract; an id always
 * tells the same; every revision of every record was published, under one id; nothing is left to publish.
 */
export function expectSound(events: readonly IncomingEvent[], records: readonly IncidentRecord[]): void {
  expectContract(events);
  expectSameUnderOneId(events);
  const transitions = transitionsIn(events);
  for (const { uid, node, incident, outbox } of records) {
    const ofRecord = transitions.filter(({ data }) => data.incident.uid === uid);
    const revisions = ofRecord.map(({ data }) => data.incident.revision);
    const accepted = Array.from({ length: incident?.revision ?? 0 }, (_, index) => index + 1);
    expect(revisions, `the revisions of ${node} that were published`).toEqual(accepted);
    expect(outbox, `what is left to publish of ${node}`).toEqual([]);
  }
  const known = new Set(records.map(({ uid }) => uid));
  expect(transitions.filter(({ data }) => !known.has(data.incident.uid))).toEqual([]);
}

function expectContract(events: readonly IncomingEvent[]): void {
  for (const event of events) {
    const contract = CONTRACT.find(({ type }) => type === event.type);
    expect(contract, event.type).toBeDefined();
    contract?.parse(event);
    expect(event).toMatchObject({
      specversion: '1.0',
      id: expect.stringMatching(/./),
      source: '/clusters/default',
      subject: event['node'] === undefined ? 'cluster' : `nodes/${event['node']}`,
      dataschema: contract?.dataschema,
    });
    expect(event['partitionkey']).toBe(event['node']);
  }
}

function expectSameUnderOneId(events: readonly IncomingEvent[]): void {
  const first = new Map<string, IncomingEvent>();
  for (const event of events) {
    if (!event.type.startsWith(`${TYPE_PREFIX}incident.`)) continue;
    const key = `${event.source} ${event.id}`;
    expect(event).toEqual(first.get(key) ?? event);
    first.set(key, event);
  }
}
