import { describe, expect, it } from 'vitest';
import { createFunction } from '../../../functions/diagnose/handler.ts';
import { EventInvalidError } from '../../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { settle } from '../../../shared/runtime/settle.ts';
import { aCluster, factsOf } from '../../support/facts.ts';
import { DEFINITE, incident, seen } from '../../support/incidents.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';
import { settlePorts } from '../../support/runtime-ports.ts';

const POLICY = { nodeSelector: { virt: 'yes' } };
const excluded = [
  aNode('node02'),
  aKubeVirt({ spec: { workloads: { nodePlacement: POLICY } } }),
  aDaemonSet({ template: POLICY }),
  aVmi('web', 'node02'),
  aLauncher('web', 'node02'),
];

async function opened(objects = excluded) {
  const ports = settlePorts();
  await settle(undefined, seen({ causes: [DEFINITE] }), ports, undefined);
  const [event] = ports.sink.events;
  if (event === undefined) throw new Error('nothing was opened');
  const fn = createFunction({ ...ports, clusterOf: () => aCluster(factsOf(objects, [], 'node02')) });
  return { ports, fn, event: { ...event } as IncomingEvent };
}

describe('the diagnosis of an incident', () => {
  it('is written into the record and told, with what would help', async () => {
    const { ports, fn, event } = await opened();
    expect(await fn.handle(event)).toBe('done');
    expect(ports.sink.told.at(-1)).toBe('incident.diagnosed.v1 record-1.1.2.diagnosed');
    const [, told] = ports.sink.events;
    expect(told).toMatchObject({ cause: 'NodeSelectorMismatch', sequence: '0000000002' });
    expect(told?.data).toMatchObject({
      diagnosis: {
        diagnosedAt: '2026-08-22T10:00:00.000Z',
        causes: [
          {
            code: 'NodeSelectorMismatch',
            mitigations: [{ code: 'LabelNode', owner: 'Node' }, { code: 'ExtendPlacementAffinity' }],
          },
        ],
      },
    });
    expect(
      ports.incidents.records.get('node02')?.incident?.diagnosis?.causes[0]?.mitigations[0]?.command,
    ).toContain('kubectl');
  });

  it('is told once while it stays the same', async () => {
    const { ports, fn, event } = await opened();
    await fn.handle(event);
    await fn.handle({ ...event, id: 'again' });
    expect(ports.sink.events).toHaveLength(2);
  });

  it('is written on what somebody else wrote meanwhile', async () => {
    const { ports, fn, event } = await opened();
    let times = 0;
    ports.incidents.before = () => {
      const record = ports.incidents.records.get('node02');
      times += 1;
      if (times === 1 && record?.incident !== undefined)
        ports.incidents.put({ ...record, incident: { ...record.incident, revision: 7 } });
    };
    await fn.handle(event);
    expect(ports.incidents.records.get('node02')?.incident).toMatchObject({ revision: 8, diagnosis: {} });
  });

  it.each([
    ['the incident is over', () => incident('Resolved')],
    ['its record is empty', () => undefined],
  ])('is left out when %s', async (_, now) => {
    const { ports, fn, event } = await opened();
    ports.incidents.put({ node: 'node02', incident: now() });
    await fn.handle(event);
    expect(ports.sink.events).toHaveLength(1);
  });

  it('is left out when the node is well by now', async () => {
    const { ports, fn, event } = await opened([
      ...excluded.slice(1),
      aNode('node02', { metadata: { labels: { virt: 'yes', 'kubernetes.io/os': 'linux' } } }),
      aHandler('node02'),
    ]);
    await fn.handle(event);
    expect(ports.sink.events).toHaveLength(1);
  });

  it('is not made for other events, and not of a broken one', async () => {
    const { fn, event } = await opened();
    expect(await fn.handle({ ...event, type: 'dev.kubevirt-orphans.incident.resolved.v1' })).toBe('ignored');
    await expect(fn.handle({ ...event, data: { node: 'node02' } })).rejects.toThrow(EventInvalidError);
  });
});
