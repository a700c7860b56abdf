import type { HyperConvergedObject } from '../evidence-objects.ts';
import type { KubeVirtObject, ObjectMeta } from '../objects.ts';
import type { NodePlacement } from '../placement-objects.ts';
import { type PatchOperation, type Path, pointer } from './json-patch.ts';
import { isCommandName, shellCommand } from './shell.ts';

/** The object that holds the placement policy: the one that a patch must go to. */
export interface PlacementOwner {
  readonly kind: 'KubeVirt' | 'HyperConverged';
  /** The version in which the policy is at the path. */
  readonly apiVersion: string;
  /** Always with a spec: both CRDs have one in every object, and a patch must never replace it as a whole. */
  readonly object: KubeVirtObject | HyperConvergedObject;
  /** Where the policy is in it. */
  readonly path: Path;
  readonly policy: NodePlacement | undefined;
  /** How kubectl names its resource. */
  readonly resource: string;
}

/**
 * Finds who owns the placement. With HyperConverged there the KubeVirt resource is its operand: an edit of it is
 * reverted at once, which costs two rollouts and an alert (facts/kubevirt.md, 5.7).
 */
export function placementOwner(
  kubeVirt: KubeVirtObject | undefined,
  hyperConverged: HyperConvergedObject | undefined,
): PlacementOwner | undefined {
  if (hyperConverged !== undefined) return hyperConvergedOwner(hyperConverged);
  if (kubeVirt === undefined) return undefined;
  return {
    kind: 'KubeVirt',
    apiVersion: 'kubevirt.io/v1',
    object: { ...kubeVirt, spec: kubeVirt.spec ?? {} },
    path: ['spec', 'workloads', 'nodePlacement'],
    policy: kubeVirt.spec?.workloads?.nodePlacement,
    resource: 'kubevirt',
  };
}

/**
 * The version is named in the command, because the two versions have the field in different places and the API server
 * silently drops it from the wrong one. An object that does not tell its version is known by the field that it has.
 */
function hyperConvergedOwner(hyperConverged: HyperConvergedObject): PlacementOwner {
  const { apiVersion, spec } = hyperConverged;
  const object = { ...hyperConverged, spec: spec ?? {} };
  const isV1 = apiVersion === undefined ? spec?.deployment !== undefined : apiVersion.endsWith('/v1');
  return isV1
    ? {
        kind: 'HyperConverged',
        apiVersion: 'hco.kubevirt.io/v1',
        object,
        path: ['spec', 'deployment', 'nodePlacements', 'workload'],
        policy: spec?.deployment?.nodePlacements?.workload,
        resource: 'hyperconverged.v1.hco.kubevirt.io',
      }
    : {
        kind: 'HyperConverged',
        apiVersion: 'hco.kubevirt.io/v1beta1',
        object,
        path: ['spec', 'workloads', 'nodePlacement'],
        policy: spec?.workloads?.nodePlacement,
        resource: 'hyperconverged.v1beta1.hco.kubevirt.io',
      };
}

/**
 * The command that patches the owner; `undefined` when it cannot be written so that it is safe to paste.
 *
 * The patch first tests `metadata.uid` (a command made from a dump does nothing in another cluster) and
 * `metadata.generation`, which is increased by every change of the spec and by nothing else: what was simulated is
 * what is patched, while the status updates of a rollout, which change `resourceVersion` every few seconds, do not
 * spoil it. virt-operator guards its own patches so (KubeVirt pkg/virt-operator/resource/apply/apps.go). Testing the
 * value of the changed list instead would miss the rest of the policy, and would fail where that value has fields that
 * are not read here, such as tolerationSeconds. Without a generation the resourceVersion is tested.
 */
export function patchCommand(
  { object: { metadata }, resource }: PlacementOwner,
  operations: readonly PatchOperation[],
): string | undefined {
  const guards = guardsOf(metadata);
  if (guards.length === 0 || !isCommandName(metadata.name) || !isCommandName(metadata.namespace))
    return undefined;
  const patch = JSON.stringify([...guards, ...operations]);
  return shellCommand(
    'kubectl',
    'patch',
    resource,
    metadata.name,
    '-n',
    metadata.namespace,
    '--type=json',
    '-p',
    patch,
  );
}

function guardsOf({ uid, generation, resourceVersion }: ObjectMeta): readonly PatchOperation[] {
  const version = generation === undefined ? { resourceVersion } : { generation };
  const [[field, value] = ['', undefined]] = Object.entries(version);
  if (value === undefined) return [];
  return [...(uid === undefined ? [] : [test('uid', uid)]), test(field, value)];
}

function test(field: string, value: string | number): PatchOperation {
  return { op: 'test', path: pointer(['metadata', field]), value };
}
