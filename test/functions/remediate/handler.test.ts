import { describe, expect, it } from 'vitest';
import type { EvidenceObject } from '../../../shared/domain/evidence-objects.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import { KubeUnavailableError } from '../../../shared/errors/errors.ts';
import { aNode, aVmi } from '../../support/objects.ts';
import { proposedWorld, RepairWorld } from '../../support/repair-world.ts';

const UNAVAILABLE = new KubeUnavailableError('the API server does not answer', 'Nothing has to be done.');

describe('a node that is orphaned', () => {
  it('is repaired once somebody has approved the plan', async () => {
    const world = await proposedWorld();
    await world.fn.handle(world.approval());
    expect(world.phase).toBe('Verifying');
    world.recover();
    await world.tick();
    expect(world.ended).toBe('Succeeded Recovered');
    expect(world.writer.made).toEqual(['write Node node02']);
    expect(world.told).toEqual(['proposed', 'approved', 'started', 'succeeded']);
    expect(world.lock.hold).toBeUndefined();
  });

  it('is repaired unasked in Auto, and never in Observe', async () => {
    const auto = new RepairWorld({ mode: 'Auto' });
    await auto.look();
    expect(auto.writer.made).toEqual(['write Node node02']);
    const observed = await proposedWorld({ mode: 'Observe' });
    await observed.fn.handle(observed.approval());
    await observed.tick();
    expect(observed.writer.made).toEqual([]);
  });

  it('is repaired by the next tick once the policy has been changed from Observe to Auto', async () => {
    const world = await proposedWorld({ mode: 'Observe' });
    world.restart({ mode: 'Auto' });
    await world.tick();
    expect(world.writer.made).toEqual(['write Node node02']);
  });
});

describe('a budget', () => {
  it.each<[string, { readonly nodes: number; readonly percent: number }, boolean]>([
    ['of no node', { nodes: 0, percent: 100 }, false],
    ['of 0 %', { nodes: 5, percent: 0 }, false],
    ['of 1 %, which is one of four nodes', { nodes: 5, percent: 1 }, true],
    ['of 300 %', { nodes: 1, percent: 300 }, true],
    ['that is no number', { nodes: Number.NaN, percent: 100 }, false],
    ['below zero', { nodes: -1, percent: 100 }, false],
  ])('%s', async (_, budget, isWritten) => {
    const world = new RepairWorld({ mode: 'Auto', budget });
    await world.look();
    expect(world.writer.made).toEqual(isWritten ? ['write Node node02'] : []);
  });
});

describe('what changes between the plan and the write', () => {
  it.each<[string, (world: RepairWorld) => void, string]>([
    ['the node is made anew', (world) => world.edit({ uid: 'another' }), 'Failed TargetGone'],
    ['the node is gone', (world) => world.objects.remove('Node', 'node02'), 'Failed TargetGone'],
    ['somebody labels it otherwise', (world) => world.edit({ labels: { zone: 'b' } }), 'Failed WriteRefused'],
    ['KubeVirt was edited', (world) => generation(world, 8), 'Withdrawn PlanChanged'],
    [
      'the node is opted out',
      (world) => world.edit({ labels: { 'kubevirt-orphans.dev/remediation': 'off' } }),
      'Proposed',
    ],
    ['virt-handler is back', (world) => world.recover(), 'Proposed'],
    ['somebody else has the lock', takenLock, 'Proposed'],
    [
      'the workload cannot be read',
      (world) => world.hide({ unread: ['VirtualMachineInstance'] }),
      'Proposed',
    ],
    ['the nodes cannot be read', (world) => world.hide({ unread: ['Node'] }), 'Proposed'],
  ])('%s: nothing is written', async (_, change, state) => {
    const world = await proposedWorld();
    const approval = world.approval();
    // Between the last look before the start and the first look after it.
    world.once('lock', () => change(world));
    await world.fn.handle(approval);
    expect(world.writer.made).toEqual([]);
    expect(world.ended ?? world.phase).toBe(state);
    expect(world.remediation.changes).toEqual([]);
  });

  it.each([
    ['made anew', { uid: 'another' }],
    ['labelled otherwise', { labels: { zone: 'b' } }],
  ])('a node that is %s after the dry run is not written', async (_, metadata) => {
    const world = await proposedWorld();
    world.once('write', () => world.edit(metadata));
    await world.fn.handle(world.approval());
    expect(world.writer.made).toEqual([]);
    expect(world.ended).toMatch(/^Failed/);
  });

  it('is a label that somebody sets just as it was to be: nothing is written twice', async () => {
    const world = await proposedWorld();
    world.once('look', () => world.edit({ labels: { zone: 'a' } }));
    await world.fn.handle(world.approval());
    expect(world.writer.made).toEqual([]);
    expect(world.phase).toBe('Verifying');
  });

  it('is the policy, which asks people by now: what it had said itself is no approval', async () => {
    const world = new RepairWorld({ mode: 'Auto' });
    world.once('tryOut', () => {
      throw UNAVAILABLE;
    });
    await expect(world.look()).rejects.toThrow(UNAVAILABLE);
    expect(world.phase).toBe('Writing');
    world.restart({ mode: 'Approve' });
    await world.tick();
    expect(world.writer.made).toEqual([]);
    expect(world.phase).toBe('Proposed');
  });

  it('is the time: an approval that has expired before the write', async () => {
    const world = await proposedWorld();
    world.once('tryOut', () => {
      throw UNAVAILABLE;
    });
    await expect(world.fn.handle(world.approval())).rejects.toThrow(UNAVAILABLE);
    world.clock.pass(901);
    await world.tick();
    expect(world.writer.made).toEqual([]);
    expect(world.phase).toBe('Proposed');
    expect(world.told).toEqual(['proposed', 'approved', 'started', 'refused']);
  });
});

describe('what changes before a placement is written', () => {
  /** node02 has the label, and a taint that the placement does not tolerate. */
  async function tainted(): Promise<RepairWorld> {
    const world = new RepairWorld({ budget: { nodes: 9, percent: 100 } });
    const labels = { 'kubernetes.io/os': 'linux', zone: 'a' };
    world.objects.put(aNode('node02', { metadata: { labels }, spec: { taints: [TAINT] } }));
    await world.look();
    expect(world.remediation.run?.plan.steps.map(({ code }) => code)).toEqual(['AddPlacementToleration']);
    return world;
  }
  const TAINT = { key: 'dedicated', value: 'vms', effect: 'NoSchedule' };

  it('is nothing: it is written', async () => {
    const world = await tainted();
    await world.fn.handle(world.approval());
    expect(world.writer.made).toEqual(['write KubeVirt kubevirt']);
  });

  it.each<[string, (world: RepairWorld) => void]>([
    ['the toleration is there already', (world) => edited(world, [{ ...TAINT, operator: 'Equal' }])],
    ['the resource was edited', (world) => edited(world, [])],
    ['HyperConverged appeared', (world) => world.reveal(HYPERCONVERGED)],
    ['a node would lose its virt-handler', (world) => world.objects.put(SPARED)],
    ['the node was made anew', (world) => world.edit({ uid: 'another' })],
  ])('%s: nothing is written', async (_, change) => {
    const world = await tainted();
    world.once('lock', () => change(world));
    await world.fn.handle(world.approval());
    expect(world.writer.made).toEqual([]);
  });
});

/** Its virt-handler runs until it is restarted. */
const SPARED = aNode('node01', {
  metadata: { labels: { 'kubernetes.io/os': 'linux', zone: 'a' } },
  spec: { taints: [{ key: 'maintenance', effect: 'NoSchedule' }] },
});
const HYPERCONVERGED: EvidenceObject = {
  kind: 'HyperConverged',
  metadata: { name: 'hco', namespace: 'kubevirt', uid: 'hco', resourceVersion: '1' },
  spec: { workloads: { nodePlacement: { nodeSelector: { zone: 'a' } } } },
};

function edited(world: RepairWorld, tolerations: readonly object[]): void {
  const nodePlacement = { nodeSelector: { zone: 'a' }, tolerations };
  const kubeVirt = world.objects.find('KubeVirt', 'kubevirt') ?? raise();
  const metadata = { ...kubeVirt.metadata, generation: 8, resourceVersion: '1001' };
  world.objects.put({ ...kubeVirt, metadata, spec: { workloads: { nodePlacement } } } as typeof kubeVirt);
}

describe('two processes', () => {
  it('that get the same approval write once', async () => {
    const world = await proposedWorld();
    const approval = world.approval();
    const other = world.newProcess();
    await Promise.all([world.fn.handle(approval), other.handle(approval)]);
    expect(world.writer.made).toEqual(['write Node node02']);
    expect(world.told).toEqual(['proposed', 'approved', 'started']);
  });
});

describe('a storm', () => {
  it('that begins after a plan was proposed is spoken for by the node that was opened first', async () => {
    const world = await proposedWorld({ budget: { nodes: 1, percent: 100 } });
    expect(world.remediation.run?.plan.steps.map(({ code }) => code)).toEqual(['LabelNode']);
    for (const name of ['node05', 'node06']) {
      world.objects.put(aNode(name));
      world.objects.put(aVmi(`web-${name}`, name));
      const { incident } = world.record;
      if (incident !== undefined)
        world.incidents.put({ node: name, incident: { ...incident, node: name, nodeUid: `node-${name}` } });
    }
    await world.tick();
    expect(world.remediation.run?.plan.steps.flatMap(({ effects }) => effects.handlersGained)).toEqual([
      'node02',
      'node05',
      'node06',
    ]);
    expect(world.writer.made).toEqual([]);
  });
});

describe('memory of a node', () => {
  it('keeps what has failed, however often plans were withdrawn since', async () => {
    const world = await proposedWorld({ cooldownMs: durationMs(0) });
    world.writer.dryRun = { kind: 'refused', message: 'denied' };
    await world.fn.handle(world.approval());
    world.writer.dryRun = undefined;
    for (let revision = 4; revision < 40; revision += 1) {
      const { incident } = world.record;
      if (incident !== undefined)
        world.incidents.put({ ...world.record, incident: { ...incident, revision } });
      await world.look();
      world.clock.pass(1);
    }
    expect(world.remediation.attempts.some(({ outcome }) => outcome === 'Failed')).toBe(true);
  });
});

function raise(): never {
  throw new RangeError('it is not there');
}

function generation(world: RepairWorld, generation: number): void {
  const kubeVirt = world.objects.find('KubeVirt', 'kubevirt') ?? raise();
  world.objects.put({ ...kubeVirt, metadata: { ...kubeVirt.metadata, generation } } as typeof kubeVirt);
}

function takenLock(world: RepairWorld): void {
  world.lock.hold = { holder: 'other', until: undefined };
}
