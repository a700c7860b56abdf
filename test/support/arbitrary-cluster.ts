import fc from 'fast-check';
import type { ClusterObject, PodObject } from '../../shared/domain/objects.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi, pinnedTo } from './objects.ts';

const NODES = ['node01', 'node02', 'node03'];
const PHASES = [
  '',
  'Pending',
  'Scheduling',
  'Scheduled',
  'Running',
  'Succeeded',
  'Failed',
  'WaitingForSync',
  'Unknown',
];
const POD_PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];

const node = fc.constantFrom(...NODES);
const anywhere = fc.option(node, { nil: undefined });
const taint = fc.record({
  key: fc.constantFrom('dedicated', 'node.kubernetes.io/unschedulable', 'CriticalAddonsOnly'),
  effect: fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule'),
});

function status(phase: string, ready: boolean, ended: boolean): PodObject['status'] {
  const state = ended ? { terminated: { exitCode: 0 } } : { running: {} };
  return {
    phase,
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [{ name: 'compute', ready, state }],
  };
}

const podStatus = fc
  .tuple(fc.constantFrom(...POD_PHASES), fc.boolean(), fc.boolean())
  .map(([phase, ready, ended]) => status(phase, ready, ended));
const deletion = fc.option(fc.constant('2026-08-22T10:09:59Z'), { nil: undefined });

const handler = fc
  .record({
    on: node,
    bound: fc.boolean(),
    namespace: fc.constantFrom('kubevirt', 'tenant-a'),
    podStatus,
    deletion,
    n: fc.nat(9),
  })
  .map(({ on, bound, namespace, podStatus: its, deletion: deletionTimestamp, n }) =>
    aHandler(on, {
      name: `virt-handler-${on}-${n}`,
      namespace,
      metadata: {
        uid: `${namespace}-${on}-${n}`,
        ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      },
      spec: { affinity: pinnedTo(on), nodeName: bound ? on : undefined },
      status: its,
    }),
  );
const launcher = fc
  .record({ on: anywhere, podStatus, n: fc.nat(9) })
  .map(({ on, podStatus: its, n }) =>
    aLauncher(`vm-${n}`, on, { status: its, metadata: { uid: `launcher-${n}` } }),
  );
const vmi = fc
  .record({ on: anywhere, phase: fc.constantFrom(...PHASES), n: fc.nat(9) })
  .map(({ on, phase, n }) => aVmi(`vm-${n}`, on, { phase }));
const aNodeAnyhow = fc
  .record({ name: node, taints: fc.array(taint, { maxLength: 2 }) })
  .map(({ name, taints }) => aNode(name, { spec: { taints } }));

/** Small clusters in any state, each object once; the objects in any order. */
export const arbitraryCluster: fc.Arbitrary<readonly ClusterObject[]> = fc
  .tuple(
    fc.uniqueArray(aNodeAnyhow, { selector: nameOf, maxLength: 3 }),
    fc.uniqueArray(handler, { selector: nameOf, maxLength: 5 }),
    fc.uniqueArray(launcher, { selector: nameOf, maxLength: 5 }),
    fc.uniqueArray(vmi, { selector: nameOf, maxLength: 5 }),
    fc.subarray([aKubeVirt(), aDaemonSet()]),
  )
  .chain((groups) => {
    const objects: ClusterObject[] = groups.flat();
    return fc.shuffledSubarray(objects, { minLength: objects.length });
  });

function nameOf({ metadata }: ClusterObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
