import { expect, it } from 'vitest';
import { lazyWorld } from '../../../infra/server/lazy-world.ts';
import type { World } from '../../../infra/server/world.ts';
import type { ClusterChange } from '../../../shared/domain/mitigations/cluster-change.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import { KubeConfigError } from '../../../shared/errors/errors.ts';
import { shareIncidents } from '../../../shared/kubernetes/shared-incidents.ts';
import type { ObjectEvent } from '../../../shared/runtime/event-recorder.ts';
import { FakeIncidents } from '../../support/fake-incidents.ts';
import { TestClock } from '../../support/runtime-ports.ts';

const CHANGE = {} as ClusterChange;

/** A world that notes what is asked of it. */
function aWorld() {
  const asked: string[] = [];
  const note = (what: string) => async (): Promise<never> => {
    asked.push(what);
    return undefined as never;
  };
  const world: World = {
    incidents: shareIncidents(new FakeIncidents(), { clock: new TestClock() }),
    nodes: { read: note('node') },
    objects: { get: note('object') },
    cluster: { read: note('cluster') },
    clusterOf: (node) => ({ read: note(`cluster of ${node}`), readEvidence: note(`evidence of ${node}`) }),
    events: { record: note('event'), repeat: note('repeat') },
    writer: {
      look: note('look'),
      tryOut: note('try'),
      write: note('write'),
      tryRevert: note('try revert'),
      revert: note('revert'),
    },
    lock: { acquire: note('acquire'), release: note('release') },
    interlocks: { read: note('interlocks') },
    approver: { approve: note('approve') },
    incidentNamespace: note('namespace'),
    close: note('close'),
  };
  return { world, asked };
}

it('is loaded once, by whatever is asked first', async () => {
  const { world, asked } = aWorld();
  let loads = 0;
  const lazy = lazyWorld(async () => {
    loads += 1;
    return world;
  });
  const evidence = lazy.clusterOf('b');
  expect(loads).toBe(0);
  await Promise.all([
    lazy.nodes.read('a'),
    lazy.objects.get('Pod', 'ns', 'a'),
    lazy.cluster.read(),
    lazy.clusterOf('a').read(),
    evidence.readEvidence({} as Parameters<typeof evidence.readEvidence>[0]),
    lazy.events.record({} as ObjectEvent),
    lazy.events.repeat({} as ObjectEvent),
    lazy.writer.look(CHANGE),
    lazy.writer.tryOut(CHANGE),
    lazy.writer.write(CHANGE),
    lazy.writer.revert(CHANGE),
    lazy.lock.acquire('us', durationMs(1)),
    lazy.lock.release('us'),
    lazy.interlocks.read('a'),
    lazy.approver.approve({ node: 'a', uid: 'u', resourceVersion: '1' }, 1),
    lazy.incidentNamespace(),
    lazy.load(),
  ]);
  expect(loads).toBe(1);
  expect(asked.sort()).toEqual([
    'acquire',
    'approve',
    'cluster',
    'cluster of a',
    'event',
    'evidence of b',
    'interlocks',
    'look',
    'namespace',
    'node',
    'object',
    'release',
    'repeat',
    'revert',
    'try',
    'write',
  ]);
});

it('hands records through', async () => {
  const { world } = aWorld();
  const { incidents } = lazyWorld(async () => world);
  const record = await incidents.create('node02');
  expect(await incidents.get('node02')).toEqual(record);
  expect(await incidents.list()).toEqual([record]);
  const written = await incidents.update(record);
  await incidents.remove(written);
  expect(await incidents.list()).toEqual([]);
});

it('closes what was loaded, and nothing else', async () => {
  const { world, asked } = aWorld();
  const lazy = lazyWorld(async () => world);
  await lazy.close();
  expect(asked).toEqual([]);
  await lazy.load();
  await lazy.close();
  expect(asked).toEqual(['close']);
});

it('fails with what loading fails with, and can still be closed', async () => {
  const failure = new KubeConfigError('no kubeconfig', 'Name one.');
  const lazy = lazyWorld(() => Promise.reject(failure));
  await expect(lazy.load()).rejects.toBe(failure);
  await expect(lazy.nodes.read('a')).rejects.toBe(failure);
  await lazy.close();
});
