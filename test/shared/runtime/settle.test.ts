import { describe, expect, it } from 'vitest';
import { type Delivery, newDelivery } from '../../../shared/domain/notifications/delivery.ts';
import {
  type KeptChange,
  NO_REMEDIATION,
  type Remediation,
  type Run,
} from '../../../shared/domain/remediation/remediation.ts';
import {
  IncidentConflictError,
  OverloadedError,
  SinkUnavailableError,
} from '../../../shared/errors/errors.ts';
import { MAX_OUTBOX, settle } from '../../../shared/runtime/settle.ts';
import { at, DEFINITE, incident, managed, seen } from '../../support/incidents.ts';
import { settlePorts } from '../../support/runtime-ports.ts';

const definite = seen({ causes: [DEFINITE] });

describe('settling a node', () => {
  it('writes the transition before it is published, and clears the outbox after it', async () => {
    const ports = settlePorts();
    const order: string[] = [];
    ports.incidents.before = (verb) => void order.push(verb);
    const { publish } = ports.sink;
    ports.sink.publish = async (event) => {
      const record = await ports.incidents.get('node02');
      order.push(`publish; in the record: ${record?.outbox.map(({ id }) => id).join()}`);
      await publish.call(ports.sink, event);
    };
    expect(await settle(undefined, definite, ports, undefined)).toEqual({ changed: true, republished: 0 });
    expect(order).toEqual(['create', 'update', 'publish; in the record: record-1.1.1.opened', 'update']);
    expect(ports.incidents.records.get('node02')).toMatchObject({ outbox: [], incident: { state: 'Open' } });
  });

  it('leaves what is accepted in the record where nothing can be published', async () => {
    const ports = settlePorts();
    const published: string[] = [];
    const publish = async ({ id }: { readonly id: string }) => void published.push(id);
    await settle(undefined, definite, { ...ports, sink: { publish, isElsewhere: true } }, undefined);
    expect([published, ports.incidents.records.get('node02')?.outbox.length]).toEqual([[], 1]);
    await settle(ports.incidents.records.get('node02'), definite, ports, undefined);
    expect(ports.sink.told).toEqual(['incident.opened.v1 record-1.1.1.opened']);
  });

  it('tells who, where, why and when as attributes', async () => {
    const ports = settlePorts();
    await settle(undefined, definite, ports, '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    expect(ports.sink.events[0]).toMatchObject({
      specversion: '1.0',
      id: 'record-1.1.1.opened',
      type: 'dev.kubevirt-orphans.incident.opened.v1',
      source: '/clusters/test',
      subject: 'nodes/node02',
      time: '2026-08-22T10:00:00.000Z',
      node: 'node02',
      partitionkey: 'node02',
      severity: 'warning',
      cause: 'NodeSelectorMismatch',
      sequence: '0000000001',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
  });

  it('does nothing where nothing is to be said', async () => {
    const ports = settlePorts();
    expect(await settle(undefined, managed(), ports, undefined)).toEqual({ changed: false, republished: 0 });
    expect([ports.incidents.writes, ports.sink.events]).toEqual([[], []]);
  });

  it('keeps what the sink refuses, and publishes it later under the same id', async () => {
    const ports = settlePorts();
    ports.sink.refuses = 1;
    await expect(settle(undefined, definite, ports, undefined)).rejects.toThrow(SinkUnavailableError);
    const record = ports.incidents.records.get('node02');
    expect(record?.outbox.map(({ id }) => id)).toEqual(['record-1.1.1.opened']);
    ports.clock.pass(60);
    expect(await settle(record, definite, ports, undefined)).toEqual({ changed: false, republished: 1 });
    expect(ports.sink.told).toEqual(['incident.opened.v1 record-1.1.1.opened']);
    expect(ports.sink.events[0]?.time).toBe('2026-08-22T10:00:00.000Z');
  });

  it('publishes what was accepted earlier before what is new', async () => {
    const ports = settlePorts();
    ports.sink.refuses = 1;
    await expect(settle(undefined, seen(), ports, undefined)).rejects.toThrow(SinkUnavailableError);
    await settle(ports.incidents.records.get('node02'), managed(), ports, undefined);
    expect(ports.sink.told).toEqual([
      'incident.suspected.v1 record-1.1.1.suspected',
      'incident.resolved.v1 record-1.1.2.resolved',
    ]);
  });

  it('accepts no transition on a record that somebody else changed', async () => {
    const ports = settlePorts();
    const stale = ports.incidents.put({ node: 'node02', incident: incident('Open') });
    ports.incidents.put({ ...stale, incident: incident('Open', { revision: 9 }) });
    await expect(settle(stale, managed(), ports, undefined)).rejects.toThrow(IncidentConflictError);
    expect(ports.sink.events).toEqual([]);
  });

  it('does not mind that the record changes while its events are published', async () => {
    const ports = settlePorts();
    const { publish } = ports.sink;
    ports.sink.publish = async (event) => {
      const record = ports.incidents.records.get('node02');
      if (record !== undefined) ports.incidents.put(record);
      await publish.call(ports.sink, event);
    };
    expect(await settle(undefined, definite, ports, undefined)).toEqual({ changed: true, republished: 0 });
    expect(ports.incidents.records.get('node02')?.outbox).toHaveLength(1);
  });

  it('fills a record whose maker died, and clears it away when there is nothing to say', async () => {
    const ports = settlePorts();
    const made = ports.incidents.put({ node: 'node02' });
    await settle(made, managed(), ports, undefined);
    expect(ports.incidents.records.size).toBe(0);
    const again = ports.incidents.put({ node: 'node02' });
    await settle(again, definite, ports, undefined);
    expect(ports.sink.told).toEqual(['incident.opened.v1 record-2.1.1.opened']);
  });

  it('forgets half an hour after the end, once all is published', async () => {
    const ports = settlePorts();
    const over = incident('Resolved', { resolvedAt: at('2026-08-22T09:30:00Z') });
    await settle(ports.incidents.put({ node: 'node02', incident: over }), managed(), ports, undefined);
    expect(ports.incidents.writes).toEqual(['remove node02']);
  });

  it('keeps for a day what a channel still takes for open', async () => {
    const ports = settlePorts();
    const told = { state: 'Open', severity: 'warning', revision: 3, nodes: 1, openings: 1 } as const;
    const over = { node: 'node02', incident: incident('Resolved', { resolvedAt: ports.clock.now() }) };
    const deliveries = [{ ...newDelivery('ops', 1), told: { ...told, at: ports.clock.now() } }];
    ports.clock.pass(24 * 3_600 - 1);
    await settle(ports.incidents.put({ ...over, deliveries }), managed(), ports, undefined);
    expect(ports.incidents.writes).toEqual([]);
    ports.clock.pass(1);
    await settle(ports.incidents.put({ ...over, deliveries }), managed(), ports, undefined);
    expect(ports.incidents.writes).toEqual(['remove node02']);
  });

  it('keeps what a remediation is under way in, or may have to be taken back by', async () => {
    const since = at('2026-08-22T09:00:00Z');
    const change = { action: 'delete' } as KeptChange['change'];
    const kept = async (parts: Partial<Remediation>) => {
      const ports = settlePorts();
      const over = incident('Resolved', { resolvedAt: at('2026-08-20T09:30:00Z') });
      const remediation = { ...NO_REMEDIATION, runs: 1, ...parts };
      const record = ports.incidents.put({ node: 'node02', incident: over, remediation });
      await settle(record, managed(), ports, undefined);
      return ports.incidents.records.size;
    };
    expect(await kept({ run: {} as Run })).toBe(1);
    expect(await kept({ changes: [{ run: 1, step: 0, change, at: since }] })).toBe(1);
    expect(await kept({})).toBe(0);
  });

  it('keeps the records of a storm until it is over, so that one message can say how it ended for all', async () => {
    const told = { state: 'Open', severity: 'warning', revision: 3, nodes: 3, openings: 1 } as const;
    const storm = { cause: 'NodeSelectorMismatch', since: at('2026-08-22T10:00:00Z') } as const;
    const leads = { ...newDelivery('ops', 1), storm, told: { ...told, at: storm.since } };
    const kept = async (delivery: Delivery, hours: number) => {
      const ports = settlePorts();
      const over = incident('Resolved', { resolvedAt: ports.clock.now() });
      ports.clock.pass(hours * 3_600);
      await settle(
        ports.incidents.put({ node: 'node02', incident: over, deliveries: [delivery] }),
        managed(),
        ports,
        undefined,
      );
      return ports.incidents.records.size;
    };
    expect([await kept(leads, 719), await kept(leads, 720)]).toEqual([1, 0]);
    const member = { ...newDelivery('ops', 1), leader: 'node01' };
    expect([await kept(member, 23), await kept(member, 24)]).toEqual([1, 0]);
  });

  it('judges however many channels are dead while the sink is, too', async () => {
    const ports = settlePorts();
    ports.sink.refuses = 1;
    await expect(settle(undefined, definite, ports, undefined)).rejects.toThrow(SinkUnavailableError);
    const [event] = ports.incidents.records.get('node02')?.outbox ?? [];
    if (event === undefined) throw new Error('nothing in the outbox');
    const failed = { ...event, type: 'dev.kubevirt-orphans.notification.failed.v1' };
    const full = ports.incidents.put({
      node: 'node02',
      incident: incident('Open'),
      outbox: Array(20).fill(failed),
    });
    expect(await settle(full, managed(), ports, undefined)).toMatchObject({ changed: true });
  });

  it('accepts no more when too much is unpublished: nothing accepted is lost', async () => {
    const ports = settlePorts();
    ports.sink.refuses = 1;
    await expect(settle(undefined, definite, ports, undefined)).rejects.toThrow(SinkUnavailableError);
    const [event] = ports.incidents.records.get('node02')?.outbox ?? [];
    if (event === undefined) throw new Error('nothing in the outbox');
    const full = ports.incidents.put({
      node: 'node02',
      incident: incident('Open'),
      outbox: Array(MAX_OUTBOX).fill(event),
    });
    await expect(settle(full, managed(), ports, undefined)).rejects.toThrow(OverloadedError);
    expect(ports.incidents.records.get('node02')?.outbox).toHaveLength(MAX_OUTBOX);
  });
});
