import type { VmObject } from '../evidence-objects.ts';
import type { KubeVirtObject, OwnerReference, VmiObject } from '../objects.ts';
import { describeLosses } from './losses.ts';

/** What owns a VMI: a VirtualMachine, a VirtualMachineInstanceReplicaSet, … */
export interface VmiOwner {
  readonly kind: string;
  readonly name: string;
}

/** A live migration that has not ended. */
export interface MigrationInFlight {
  readonly uid: string;
  readonly sourceNode: string;
  readonly targetNode: string;
  /** Whether the source's virt-handler has started it: nobody else does. */
  readonly started: boolean;
}

/** What it means for one VMI that its node has no virt-handler. */
export interface VmiImpact {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** `null` when nothing controls the VMI. */
  readonly owner: VmiOwner | null;
  /** Of the owning VirtualMachine; `null` when there is none, or it was not read. */
  readonly runStrategy: string | null;
  /** Its own, else that of the cluster, else `None`; `null` when it has none and KubeVirt was not read. */
  readonly evictionStrategy: string | null;
  /** As virt-handler last said; `null` when it never did. */
  readonly liveMigratable: boolean | null;
  readonly migration: MigrationInFlight | null;
  /** Sentences, at most nine, the worst last. */
  readonly lost: readonly string[];
}

/** Says what is lost for a VMI while its node has no virt-handler. `vm` is looked at only if it controls the VMI. */
export function assessImpact(
  vmi: VmiObject,
  vm: VmObject | undefined,
  kubeVirt: KubeVirtObject | undefined,
): VmiImpact {
  const { metadata, status } = vmi;
  const controller = metadata.ownerReferences?.find((owner) => owner.controller === true);
  const facts = {
    runStrategy: runStrategyOf(isOwner(vm, vmi, controller) ? vm : undefined),
    evictionStrategy: evictionStrategyOf(vmi, kubeVirt),
    liveMigratable: liveMigratableOf(vmi),
    migration: migrationInFlight(vmi),
  };
  const deleting = metadata.deletionTimestamp !== undefined;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    owner: controller === undefined ? null : { kind: controller.kind, name: controller.name },
    ...facts,
    lost: describeLosses({ ...facts, phase: status?.phase ?? '', node: status?.nodeName ?? '', deleting }),
  };
}

function isOwner(
  vm: VmObject | undefined,
  { metadata }: VmiObject,
  controller: OwnerReference | undefined,
): vm is VmObject {
  if (vm === undefined || controller?.kind !== 'VirtualMachine') return false;
  return vm.metadata.name === controller.name && vm.metadata.namespace === metadata.namespace;
}

/** `running` is the deprecated form: true is Always, false is Halted. Source: kubevirt types.go, `RunStrategy()`. */
function runStrategyOf(vm: VmObject | undefined): string | null {
  if (vm?.spec?.runStrategy !== undefined) return vm.spec.runStrategy;
  if (vm?.spec?.running === undefined) return null;
  return vm.spec.running ? 'Always' : 'Halted';
}

/** Source: kubevirt pkg/util/migrations/migrations.go, VMIEvictionStrategy; the default is None. */
function evictionStrategyOf(vmi: VmiObject, kubeVirt: KubeVirtObject | undefined): string | null {
  const own = vmi.spec?.evictionStrategy;
  if (own !== undefined) return own;
  return kubeVirt === undefined ? null : (kubeVirt.spec?.configuration?.evictionStrategy ?? 'None');
}

function liveMigratableOf({ status }: VmiObject): boolean | null {
  const condition = status?.conditions?.find(({ type }) => type === 'LiveMigratable');
  if (condition?.status === 'True') return true;
  return condition?.status === 'False' ? false : null;
}

/** The state stays after the end, so its presence is no sign (facts/kubevirt.md, 1.5). */
function migrationInFlight({ status }: VmiObject): MigrationInFlight | null {
  const state = status?.migrationState;
  if (state === undefined || state.endTimestamp !== undefined) return null;
  if (state.completed === true || state.failed === true) return null;
  return {
    uid: state.migrationUid ?? '',
    sourceNode: state.sourceNode ?? '',
    targetNode: state.targetNode ?? '',
    started: state.startTimestamp !== undefined,
  };
}
