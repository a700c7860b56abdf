import { describe, expect, it } from 'vitest';
import type { ChangeState, ClusterChange } from '../../../shared/domain/mitigations/cluster-change.ts';
import { closedGates } from '../../../shared/domain/remediation/gate.ts';
import type { Hold } from '../../../shared/domain/remediation/situation.ts';
import type { ObjectEvent } from '../../../shared/runtime/event-recorder.ts';
import type { WriteOutcome } from '../../../shared/runtime/remediation-ports.ts';
import { lookAtUndo, type UndoPorts, undoChanges } from '../../../shared/runtime/undo-changes.ts';
import { aCluster } from '../../support/facts.ts';
import { FakeIncidents } from '../../support/fake-incidents.ts';
import { openOf, POLICY, situationOf } from '../../support/gates.ts';
import { incident } from '../../support/incidents.ts';
import { aHandler } from '../../support/objects.ts';
import { aRun, attempt, GATE_NOW } from '../../support/plans.ts';
import { remediationOf } from '../../support/remediation.ts';
import { SILENT_LOG } from '../../support/runtime-ports.ts';

/** A label that was put on node02. The placement of the tests asks for zone=a. */
function label(key: string): ClusterChange {
  const uid = 'node-node02';
  const target = {
    apiVersion: 'v1',
    kind: 'Node',
    namespace: '',
    name: 'node02',
    uid,
    resourceVersion: '1',
  } as const;
  return {
    action: 'patch',
    target: { ...target, generation: undefined },
    operations: [{ op: 'add', path: `/metadata/labels/${key}`, value: 'a' }],
    additions: [{ path: ['metadata', 'labels', key], kind: 'member', value: 'a' }],
  };
}
const keyOf = (change: ClusterChange): string =>
  change.action === 'patch' ? String(change.additions?.[0]?.path.at(-1)) : '';
const kept = (run: number, key: string) => ({ run, step: 0, change: label(key), at: GATE_NOW });

/** node02 has its virt-handler back, by the labels of two runs. What is done is noted, in its order. */
function aWorld(changes = [kept(1, 'color'), kept(2, 'size')]) {
  const labels: Record<string, string> = { 'kubernetes.io/os': 'linux', zone: 'a', color: 'a', size: 'a' };
  const { facts, interlocks } = situationOf({ node: { metadata: { labels } }, more: [aHandler('node02')] });
  const incidents = new FakeIncidents();
  const attempts = [1, 2].map((number) =>
    attempt(9_000, { number, outcome: 'Succeeded', isReverted: false }),
  );
  incidents.put({
    node: 'node02',
    incident: incident('Resolved'),
    remediation: remediationOf({ attempts, changes }),
  });
  const done: string[] = [];
  const events: ObjectEvent[] = [];
  const states = new Map<string, ChangeState>(changes.map(({ change }) => [keyOf(change), 'made']));
  const world = {
    held: undefined as Hold | undefined,
    tried: { kind: 'made', generation: 1 } as WriteOutcome,
  };
  const ports: UndoPorts = {
    incidents,
    clusterOf: () => aCluster(facts),
    interlocks: { read: async () => interlocks },
    clock: { now: () => GATE_NOW },
    log: SILENT_LOG,
    remediation: POLICY,
    lock: {
      acquire: async (holder) => {
        done.push(`lock ${holder}`);
        return world.held;
      },
      release: async () => void done.push('unlock'),
    },
    events: {
      record: async (event) => {
        events.push(event);
        return 'there';
      },
      repeat: async () => 'there',
    },
    writer: {
      look: async (change) => states.get(keyOf(change)) ?? 'absent',
      tryRevert: async (change) => {
        done.push(`try ${keyOf(change)}`);
        return world.tried;
      },
      revert: async (change) => {
        done.push(`revert ${keyOf(change)}`);
        states.set(keyOf(change), 'absent');
        return { kind: 'made', generation: 2 };
      },
    },
  };
  const memory = () => incidents.records.get('node02')?.remediation;
  const writes = () => done.filter((it) => !/^(?:un)?lock/.test(it));
  return { ports, incidents, done, writes, events, states, memory, world };
}

describe('taking back what is remembered of a node', () => {
  it('takes it back newest first, each tried before it is written, told, and forgotten after it', async () => {
    const { ports, writes, done, events, memory } = aWorld();
    const { kind, changes, left } = await undoChanges('node02', 'cli:admin', ports);
    expect([kind, changes.map(({ summary }) => summary), left.changes]).toEqual([
      'done',
      ['Node node02: /metadata/labels/size = "a"', 'Node node02: /metadata/labels/color = "a"'],
      [],
    ]);
    expect(writes()).toEqual(['try size', 'revert size', 'try color', 'revert color']);
    expect([done[0], done.at(-1)]).toEqual(['lock undo node02/record-1', 'unlock']);
    expect(memory()).toMatchObject({ changes: [], attempts: [{ isReverted: true }, { isReverted: true }] });
    expect(events).toMatchObject([
      {
        reason: 'OrphanRemediationReverted',
        action: 'LabelNode',
        note: expect.stringContaining('cli:admin'),
      },
      { regarding: { kind: 'Node', name: 'node02' } },
    ]);
  });

  it('writes nothing for what is gone already, and forgets it', async () => {
    const { ports, writes, states, memory, events } = aWorld();
    states.set('size', 'absent');
    states.set('color', 'gone');
    expect(await undoChanges('node02', 'me', ports)).toMatchObject({ kind: 'done' });
    expect([writes(), events, memory()?.changes]).toEqual([[], [], []]);
  });

  it('writes once when its process dies before the record is written', async () => {
    const { ports, incidents, writes, memory } = aWorld([kept(1, 'color')]);
    incidents.before = () => {
      throw new Error('killed');
    };
    await expect(undoChanges('node02', 'me', ports)).rejects.toThrow('killed');
    incidents.before = () => undefined;
    expect(await undoChanges('node02', 'me', ports)).toMatchObject({ kind: 'done' });
    expect([writes(), memory()?.changes]).toEqual([['try color', 'revert color'], []]);
  });

  it('begins again when somebody else writes the record meanwhile', async () => {
    const { ports, incidents, writes, memory } = aWorld([kept(1, 'color')]);
    let others = 1;
    incidents.before = (_, node) => {
      if (others-- > 0) incidents.put({ ...incidents.records.get(node), node });
    };
    expect(await undoChanges('node02', 'me', ports)).toMatchObject({ kind: 'done' });
    expect([writes(), memory()?.changes]).toEqual([['try color', 'revert color'], []]);
  });

  it('keeps a label without which a node with workload would lose its virt-handler', async () => {
    const { ports, done, memory } = aWorld([kept(1, 'zone')]);
    const { kind, left } = await undoChanges('node02', 'me', ports);
    expect([kind, closedGates(left.gates), done]).toEqual(['refused', ['HarmsNobody'], []]);
    expect(memory()?.changes).toHaveLength(1);
  });

  it('is refused while a plan is carried out, which takes back its own', async () => {
    const { ports, incidents, done, memory } = aWorld();
    const remediation = remediationOf({ ...memory(), run: aRun('Verifying') });
    incidents.put({ node: 'node02', incident: openOf('node02'), remediation });
    expect(await undoChanges('node02', 'me', ports)).toMatchObject({
      kind: 'refused',
      left: { running: 'Verifying' },
    });
    expect(done).toEqual([]);
  });

  it('is refused while somebody else has the lock', async () => {
    const { ports, writes, world } = aWorld();
    world.held = { holder: 'node01/x', until: undefined };
    expect(await undoChanges('node02', 'me', ports)).toMatchObject({ kind: 'refused' });
    expect(writes()).toEqual([]);
  });

  it('ends with the words of an API server that does not take it, and gives the lock back', async () => {
    const { ports, writes, done, memory, world } = aWorld();
    world.tried = { kind: 'refused', message: '403: denied' };
    expect(await undoChanges('node02', 'me', ports)).toMatchObject({
      kind: 'failed',
      message: '403: denied',
    });
    expect([writes(), done.at(-1), memory()?.changes.length]).toEqual([['try size'], 'unlock', 2]);
  });

  it.each(['node02', 'node09'])('has nothing to do for %s, of which nothing is remembered', async (node) => {
    const { ports, done } = aWorld([]);
    expect(await undoChanges(node, 'me', ports)).toMatchObject({ kind: 'done', changes: [] });
    expect(done).toEqual([]);
  });

  it('only looks when it is only to be shown', async () => {
    const { ports, done, memory } = aWorld();
    const view = await lookAtUndo('node02', ports);
    expect([view.changes.map(({ kept: it }) => it.run), closedGates(view.gates), done]).toEqual([
      [2, 1],
      [],
      [],
    ]);
    expect(memory()?.changes).toHaveLength(2);
  });
});
