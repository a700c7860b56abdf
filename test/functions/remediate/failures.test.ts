import { describe, expect, it } from 'vitest';
import type { Kind } from '../../../shared/domain/objects.ts';
import { KubeUnavailableError } from '../../../shared/errors/errors.ts';
import { aHandler } from '../../support/objects.ts';
import { type Hidden, proposedWorld, type RepairWorld } from '../../support/repair-world.ts';

const UNAVAILABLE = new KubeUnavailableError('the API server does not answer', 'Nothing has to be done.');

describe('an API server', () => {
  it('that refuses the dry run ends the plan, and nothing is written', async () => {
    const world = await proposedWorld();
    world.writer.dryRun = { kind: 'refused', message: 'denied by a webhook' };
    await world.fn.handle(world.approval());
    expect(world.ended).toBe('Failed DryRunRefused');
    expect([world.writer.made, world.remediation.changes]).toEqual([[], []]);
    expect(world.lock.hold).toBeUndefined();
  });

  it.each(['look', 'tryOut', 'write', 'lock', 'interlocks', 'cluster'])(
    'that does not answer %s is asked again, and each write is made once',
    async (call) => {
      const world = await proposedWorld();
      const approval = world.approval();
      world.once(call, () => {
        throw UNAVAILABLE;
      });
      await expect(world.fn.handle(approval)).rejects.toThrow(UNAVAILABLE);
      expect(world.writer.made).toEqual([]);
      world.clock.pass(10);
      await world.fn.handle(approval);
      expect(world.writer.made).toEqual(['write Node node02']);
      expect(world.phase).toBe('Verifying');
    },
  );

  it.each<[string, Hidden]>([
    ['the medik8s lease', { interlocks: { nodeLease: { unreadable: 'no' } } }],
    ['maintenances', { interlocks: { maintenances: { unreadable: 'no' } } }],
    ['the platform', { interlocks: { platformUpdate: { unreadable: 'no' } } }],
    ['the lock', { interlocks: { ownLock: { unreadable: 'no' } } }],
    ['the nodes', { unread: ['Node'] }],
    ['the DaemonSet', { unread: ['DaemonSet'] }],
    ['the pods', { unread: ['Pod'] }],
    ['KubeVirt', { unread: ['KubeVirt'] }],
    ['the workload', { unread: ['VirtualMachineInstance'] }],
  ])('that does not let %s be read closes a gate, and the plan waits', async (_, hidden) => {
    const world = await proposedWorld();
    world.hide(hidden);
    await world.fn.handle(world.approval());
    expect(world.writer.made).toEqual([]);
    expect(world.told).toEqual(['proposed', 'approved', 'refused']);
    world.hide({});
    await world.tick();
    expect(world.writer.made).toEqual(['write Node node02']);
  });

  it('that does not tell what is done about other nodes closes a gate', async () => {
    const world = await proposedWorld();
    world.incidents.list = () => Promise.reject(UNAVAILABLE);
    await world.fn.handle(world.approval());
    expect(world.writer.made).toEqual([]);
    expect(world.told).toEqual(['proposed', 'approved', 'refused']);
  });

  it('that does not tell the nodes any more takes no success for a failure', async () => {
    const world = await proposedWorld();
    await world.fn.handle(world.approval());
    world.unread = ['Node'];
    await world.tick();
    expect(world.phase).toBe('Verifying');
    expect(world.writer.made).toEqual(['write Node node02']);
    world.unread = [];
    world.recover();
    await world.tick();
    expect(world.ended).toBe('Succeeded Recovered');
  });
});

describe('taking back', () => {
  /** A run that has written, and whose time is over. */
  async function timedOut(): Promise<RepairWorld> {
    const world = await proposedWorld({ stepModes: { LabelNode: 'Approve' } });
    await world.fn.handle(world.approval());
    world.clock.pass(3_600);
    return world;
  }

  it('is done where virt-handler came and is not Ready', async () => {
    const world = await timedOut();
    world.objects.put(aHandler('node02', { status: { phase: 'Pending' } }));
    await world.tick();
    expect(world.ended).toBe('Failed TimedOut');
    expect(world.writer.made).toEqual(['write Node node02', 'revert Node node02']);
  });

  it.each<Kind>(['Pod', 'Node', 'DaemonSet', 'KubeVirt'])(
    'is not done where it cannot be told what it harms: %s is not read',
    async (kind) => {
      const world = await timedOut();
      world.objects.put(aHandler('node02', { status: { phase: 'Pending' } }));
      world.unread = [kind];
      await world.tick();
      expect(world.phase).toBe('Verifying');
      expect(world.writer.made).toEqual(['write Node node02']);
    },
  );
});

describe('a sink that is down', () => {
  it('keeps the lock from nobody once a run is over', async () => {
    const world = await proposedWorld();
    await world.fn.handle(world.approval());
    world.recover();
    world.sink.refuses = 1;
    await expect(world.tick()).rejects.toThrow('the sink is down');
    expect(world.ended).toBe('Succeeded Recovered');
    expect(world.lock.hold).toBeUndefined();
  });

  it('lets no record grow for ever', async () => {
    const world = await proposedWorld();
    world.sink.refuses = 1_000;
    for (let revision = 4; revision < 40; revision += 1) {
      const { incident } = world.record;
      if (incident !== undefined)
        world.incidents.put({ ...world.record, incident: { ...incident, revision } });
      await world.look().catch(() => undefined);
      world.clock.pass(60);
    }
    expect(world.record.outbox.length).toBeLessThanOrEqual(11);
  });
});
