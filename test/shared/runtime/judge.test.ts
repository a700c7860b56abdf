import { describe, expect, it } from 'vitest';
import type { ClusterFacts } from '../../../shared/domain/cluster-facts.ts';
import type { ClusterObject } from '../../../shared/domain/objects.ts';
import { Judge } from '../../../shared/runtime/judge.ts';
import { factsOf } from '../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';
import { settlePorts } from '../../support/runtime-ports.ts';

const NODE = 'node02';
const workload = [aNode(NODE), aVmi('web', NODE), aLauncher('web', NODE), aKubeVirt()];
const leaving = aHandler(NODE, { metadata: { deletionTimestamp: '2026-08-22T10:00:00Z' } });
const tainted = aNode(NODE, { spec: { taints: [{ key: 'db', effect: 'NoExecute' }] } });

/** A reader whose first look sees an old DaemonSet, and which sees it deleted once it is asked for what is newer. */
function aJudge(objects: readonly ClusterObject[]) {
  const ports = settlePorts();
  const asked: number[] = [];
  const read = (...shared: readonly ClusterObject[]): Promise<ClusterFacts> =>
    Promise.resolve({ ...factsOf([...objects, ...shared]), observedAt: ports.clock.now() });
  const nodes = {
    read: () => read(aDaemonSet()),
    refresh: (_: ClusterFacts, since: number) => {
      asked.push(since);
      return read();
    },
  };
  return { ...ports, asked, judge: new Judge({ ...ports, nodes }) };
}

describe('a judgement that rests on a DaemonSet of a second ago', () => {
  it('looks at it again before it says that the handler may come back', async () => {
    const { judge, asked, sink } = aJudge(workload);
    const { seen } = await judge.judge(NODE, undefined);
    expect(seen.causes[0]?.code).toBe('DaemonSetMissing');
    expect(sink.events.map(({ type }) => type)).toEqual(['dev.kubevirt-orphans.incident.opened.v1']);
    expect(asked).toEqual([Date.parse('2026-08-22T10:00:00Z')]);
  });

  it.each([
    ['a handler that is leaving', [...workload, leaving], 1],
    ['a definite cause', [tainted, ...workload.slice(1)], 0],
    ['a managed node of which nothing is known', [...workload, aHandler(NODE)], 0],
    ['a node without workload', [aNode(NODE), aKubeVirt()], 0],
  ])('%s', async (_, objects, looks) => {
    const { judge, asked } = aJudge(objects);
    await judge.judge(NODE, undefined);
    expect(asked).toHaveLength(looks);
  });

  it('looks at it again for an audit, which saw something, and for a node of which something is known', async () => {
    const { judge, asked, clock, incidents } = aJudge([...workload, aHandler(NODE)]);
    const began = clock.now();
    clock.pass(1);
    await judge.judge(NODE, undefined, began);
    expect(asked).toEqual([began]);
    await incidents.create(NODE);
    await judge.judge(NODE, undefined);
    expect(asked).toEqual([began, clock.now()]);
  });

  it('asks for what is as new as what it sees when its turn comes later than it was asked', async () => {
    const { judge, asked, clock } = aJudge(workload);
    await judge.judge(NODE, undefined);
    await judge.judge(NODE, undefined);
    const askedAt = clock.now();
    // The third within a second has to wait.
    await judge.judge(NODE, undefined);
    expect(clock.now()).toBeGreaterThan(askedAt);
    expect(asked.at(-1)).toBe(clock.now());
  });

  it('asks for the newest that any of those expect who share it', async () => {
    const { judge, asked, clock } = aJudge(workload);
    const first = judge.judge(NODE, undefined);
    clock.pass(0.5);
    await Promise.all([first, judge.judge(NODE, undefined)]);
    expect(asked).toEqual([Date.parse('2026-08-22T10:00:00.500Z')]);
  });
});

describe('an orphan whose cause may pass', () => {
  const starting = aHandler(NODE, { status: { phase: 'Pending' } });
  const aLook = (...objects: readonly ClusterObject[]) => {
    const ports = settlePorts();
    const read = () => Promise.resolve(factsOf([...workload, aDaemonSet(), ...objects]));
    return { ...ports, judge: new Judge({ ...ports, nodes: { read } }) };
  };

  it.each([
    ['is suspected', undefined, ['suspected']],
    ['is open at once when it is known to have lasted', () => true, ['opened']],
    ['is suspected when that is not known of this one', () => false, ['suspected']],
  ])('%s', async (_, hasLasted, states) => {
    const { judge, sink } = aLook(starting);
    const { facts } = await judge.judge(NODE, undefined, undefined, hasLasted);
    expect(sink.events.map(({ type }) => type.split('.').at(-2))).toEqual(states);
    expect(facts.nodes.has(NODE)).toBe(true);
  });

  it('is open at once when anybody knows it of those who share the judgement', async () => {
    const { judge, sink } = aLook(starting);
    const others = Array.from({ length: 1_000 }, () => judge.judge(NODE, undefined));
    await Promise.all([...others, judge.judge(NODE, undefined, undefined, () => true)]);
    expect(sink.events.map(({ type }) => type.split('.').at(-2))).toEqual(['opened']);
  });

  it('is not asked about a node that is managed', async () => {
    const { judge, sink } = aLook(aHandler(NODE));
    await judge.judge(NODE, undefined, undefined, () => {
      throw new RangeError('asked');
    });
    expect(sink.events).toEqual([]);
  });
});

describe('a burst', () => {
  it('about many nodes reads a hundred of them at once', async () => {
    const ports = settlePorts();
    let reading = 0;
    let most = 0;
    const nodes = {
      read: async () => {
        reading += 1;
        most = Math.max(most, reading);
        await Promise.resolve();
        reading -= 1;
        return { ...factsOf([aKubeVirt(), aDaemonSet()]), observedAt: ports.clock.now() };
      },
    };
    const judge = new Judge({ ...ports, nodes });
    const names = Array.from({ length: 500 }, (_, index) => `node-${index}`);
    await Promise.all(names.map((name) => judge.judge(name, undefined)));
    expect(most).toBe(100);
  });
});
