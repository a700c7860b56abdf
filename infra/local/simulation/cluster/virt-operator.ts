import { injectPlacement } from '../../../../shared/domain/placement/placement-injection.ts';
import type { NodePlacement, PodPlacement } from '../../../../shared/domain/placement-objects.ts';
import { isSameJson } from '../../../../shared/domain/same-json.ts';
import { durationMs } from '../../../../shared/domain/units.ts';
import { type JsonObject, type KubeObject, valueAt } from '../api/kube-object.ts';
import { KUBEVIRT_TYPES, TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import type { Timings } from '../controllers/timings.ts';
import { every } from '../time/simulation-time.ts';
import { INSTALL_NAMESPACE, kubeVirtConditions, virtHandlerDaemonSet } from './virt-objects.ts';

const GENERATION = 'kubevirt.io/generation';
const DAEMON_SET = { type: TYPES.daemonSet, namespace: INSTALL_NAMESPACE, name: 'virt-handler' };
const KUBEVIRT = { type: KUBEVIRT_TYPES.kubeVirt, namespace: INSTALL_NAMESPACE, name: 'kubevirt' };

/**
 * As much of virt-operator as orphans see: every few seconds it writes the DaemonSet as the KubeVirt resource's
 * placement wants it, makes it again when it is gone, takes back what somebody wrote into it by hand, and says how far
 * its roll-out is. A hand edit that leaves no handler at all is not taken back (facts/operator-rollout.md, surprise 2).
 *
 * Not played: its canary steps (maxUnavailable stays 1), virt-api and its order, and validation.
 */
export class VirtOperator {
  readonly #api: SimulatedApi;
  readonly #timings: Timings;
  #busy = false;

  constructor(api: SimulatedApi, timings: Timings) {
    this.#api = api;
    this.#timings = timings;
    every(
      api.time,
      () => timings.operatorLoopMs,
      () => this.#pass(),
    );
  }

  /** The first pass over a new generation takes its time: only then is anything written. */
  #pass(): void {
    const kubeVirt = this.#api.find(KUBEVIRT);
    if (kubeVirt === undefined || this.#busy) return;
    const daemonSet = this.#api.find(DAEMON_SET);
    const isNew = daemonSet?.metadata.annotations?.[GENERATION] !== generationOf(kubeVirt);
    this.#busy = true;
    this.#api.time.after(isNew ? this.#timings.operatorPassMs : durationMs(0), () => {
      this.#busy = false;
      this.#write();
    });
  }

  #write(): void {
    const kubeVirt = this.#api.find(KUBEVIRT);
    if (kubeVirt === undefined) return;
    const wanted = desired(kubeVirt);
    const daemonSet = this.#api.find(DAEMON_SET);
    if (daemonSet === undefined) this.#api.create(DAEMON_SET, wanted);
    else this.#reconcile(daemonSet, wanted);
    this.#report(kubeVirt);
  }

  #reconcile(daemonSet: KubeObject, wanted: JsonObject): void {
    const generation = valueAt(wanted, ['metadata', 'annotations', GENERATION]);
    const isApplied = daemonSet.metadata.annotations?.[GENERATION] === generation;
    if (isApplied && daemonSet.status?.['desiredNumberScheduled'] === 0) return;
    const podSpec = valueAt(wanted, ['spec', 'template', 'spec']);
    const current = valueAt(daemonSet, ['spec', 'template', 'spec']);
    if (isApplied && isSameJson(placementOf(podSpec), placementOf(current))) return;
    this.#api.update(DAEMON_SET, ({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, annotations: { ...metadata.annotations, [GENERATION]: generation } },
      spec: wanted['spec'],
    }));
  }

  #report(kubeVirt: KubeObject): void {
    const { status = {}, metadata } = this.#api.get(DAEMON_SET);
    const desiredNumber = status['desiredNumberScheduled'];
    const isDone =
      status['observedGeneration'] === metadata.generation &&
      (status['updatedNumberScheduled'] ?? 0) === desiredNumber &&
      (status['numberAvailable'] ?? 0) === desiredNumber;
    const conditions = kubeVirtConditions(isDone);
    const before = valueAt(kubeVirt, ['status', 'conditions']);
    // Nothing changed but the time: a condition keeps the time of its transition.
    if (
      isSameJson(withoutTimes(before), conditions) &&
      valueAt(kubeVirt, ['status', 'observedGeneration']) === kubeVirt.metadata.generation
    )
      return;
    this.#api.update({ ...KUBEVIRT, subresource: 'status' }, (current) => ({
      ...current,
      status: {
        ...current.status,
        phase: 'Deployed',
        conditions,
        ...(isDone && { observedGeneration: current.metadata.generation }),
      },
    }));
  }
}

function generationOf({ metadata }: KubeObject): string {
  return `${metadata.generation ?? 1}`;
}

/** The DaemonSet that follows from the KubeVirt resource. */
function desired(kubeVirt: KubeObject): JsonObject {
  const base = virtHandlerDaemonSet();
  const placement = valueAt(kubeVirt, ['spec', 'workloads', 'nodePlacement']) as NodePlacement | undefined;
  const spec = injectPlacement(base.spec.template.spec as PodPlacement, placement);
  return {
    ...base,
    metadata: { ...base.metadata, annotations: { [GENERATION]: generationOf(kubeVirt) } },
    spec: { ...base.spec, template: { ...base.spec.template, spec } },
  };
}

/** What a hand edit of the template would change here. */
function placementOf(podSpec: unknown): readonly unknown[] {
  return ['nodeSelector', 'affinity', 'tolerations', 'nodeName'].map((field) => valueAt(podSpec, [field]));
}

function withoutTimes(conditions: unknown): unknown {
  if (!Array.isArray(conditions)) return conditions;
  return conditions.map(({ lastProbeTime: _, lastTransitionTime: __, ...rest }: JsonObject) => rest);
}
