import type { Taint } from '../placement-objects.ts';
import type { NodeCase } from './case.ts';
import type { Certainty, Evidence } from './cause.ts';
import { seen } from './evidence.ts';
import { describeTaint, isExplainedByNotReady, seenTaint } from './node-causes.ts';
import { isPodSpared, obstaclesOf, type PlacementSituation, placementOf } from './placement-situation.ts';
import type { Rule } from './rule.ts';

/**
 * Taints by which other programs drain or fence a node on purpose, apart from those with a medik8s key.
 * Source: kubevirt/node-maintenance-operator `controllers/taint.go` and KubeVirt's default nodeDrainTaintKey (drain);
 * Kubernetes non-graceful node shutdown (out-of-service).
 */
const REMEDIATION_TAINTS: ReadonlySet<string> = new Set([
  'kubevirt.io/drain',
  'node.kubernetes.io/out-of-service',
]);
/**
 * `medik8s.io/drain` (node-maintenance-operator `controllers/taint.go`), `medik8s.io/remediation` and, since,
 * `remediation.medik8s.io/self-node-remediation` (self-node-remediation `controllers/selfnoderemediation_controller.go`),
 * `medik8s.io/fence-agents-remediation` and, since, `remediation.medik8s.io/fence-agents-remediation`.
 */
const MEDIK8S_KEY = /^([^/]+\.)?medik8s\.io\//;

/** Who sets a well-known taint, and whether a controller takes it away when what it says is over. */
const SETTERS: Readonly<Record<string, { readonly who: string; readonly passes: boolean }>> = {
  'node.kubernetes.io/not-ready': { who: 'the node lifecycle controller', passes: true },
  'node.kubernetes.io/unreachable': { who: 'the node lifecycle controller', passes: true },
  'node.kubernetes.io/network-unavailable': { who: 'the node lifecycle controller', passes: true },
  'node.cloudprovider.kubernetes.io/uninitialized': { who: 'the kubelet', passes: true },
  'node-role.kubernetes.io/control-plane': { who: 'the cluster installer', passes: false },
  'node-role.kubernetes.io/master': { who: 'the cluster installer', passes: false },
  ToBeDeletedByClusterAutoscaler: { who: 'the cluster autoscaler', passes: false },
};

/**
 * Another program drains or fences the node: a taint of medik8s, of a maintenance operator or for evacuation is not
 * tolerated. Stand back: tolerating it would work against that program. Likely, because who set the taint takes it away.
 */
export const remediationInProgress: Rule = (situation) => {
  const placement = placementOf(situation);
  const taints = placement === undefined ? [] : untolerated(placement).filter(isRemediation);
  if (placement === undefined || taints.length === 0) return undefined;
  return {
    certainty: 'Likely',
    origin: 'Node',
    summary: `${situation.judgement.name} is being drained or fenced on purpose (${list(taints)}), which keeps virt-handler away${fate(situation, placement, taints)}: stand back until that is over.`,
    evidence: seenTaints(placement, taints),
  };
};

/**
 * A NoSchedule or NoExecute taint is not tolerated, by its key not part of a remediation or of a node that is not ready.
 *
 * Definite, also for a node whose handler is still Ready: it is certain that it does not come back after its next
 * restart. Likely when the taint is of a kind that a controller takes away by itself, and when a pod that the taint
 * spares is there, not Ready for a reason of its own. Source: Kubernetes `pkg/controller/daemon/daemon_controller.go`.
 */
export const taintNotTolerated: Rule = (situation) => {
  const placement = placementOf(situation);
  if (placement === undefined) return undefined;
  const { node } = placement;
  const taints = untolerated(placement).filter(
    (it) => !isRemediation(it) && !isExplainedByNotReady(it, node),
  );
  if (taints.length === 0) return undefined;
  return {
    certainty: certaintyOf(situation, placement, taints),
    origin: 'Node',
    summary: `virt-handler does not tolerate ${list(taints)} on ${node.metadata.name}${fate(situation, placement, taints)}.`,
    evidence: [
      ...seenTaints(placement, taints),
      seen(placement.source, placement.pathOf('tolerations'), placement.template.tolerations ?? []),
    ],
  };
};

function untolerated(placement: PlacementSituation): readonly Taint[] {
  return obstaclesOf(placement, 'Taint').map(({ taint }) => taint);
}

function isRemediation({ key }: Taint): boolean {
  return REMEDIATION_TAINTS.has(key) || MEDIK8S_KEY.test(key);
}

function certaintyOf(
  situation: NodeCase,
  placement: PlacementSituation,
  taints: readonly Taint[],
): Certainty {
  if (taints.every(({ key }) => setterOf(key)?.passes === true)) return 'Likely';
  const isBesides = !situation.judgement.handler.manages && isPodSpared(situation, placement);
  return isBesides ? 'Likely' : 'Definite';
}

/** What becomes of the handler that is there, if one is. */
function fate(situation: NodeCase, placement: PlacementSituation, taints: readonly Taint[]): string {
  const { manages, pod } = situation.judgement.handler;
  if (isPodSpared(situation, placement)) {
    const which = manages ? 'the virt-handler that runs' : 'the virt-handler pod that is there';
    return `: ${which} may stay, but will not come back after its next restart or the next rollout`;
  }
  const isEvicted = taints.some(({ effect }) => effect === 'NoExecute');
  return pod !== undefined && isEvicted ? ': the virt-handler pod that is there is deleted' : '';
}

function list(taints: readonly Taint[]): string {
  return taints.map(describe).join(', ');
}

function describe(taint: Taint): string {
  const who = setterOf(taint.key)?.who;
  const details = [
    ...(who === undefined ? [] : [`set by ${who}`]),
    ...(taint.timeAdded === undefined ? [] : [`since ${taint.timeAdded}`]),
  ];
  const text = `taint ${describeTaint(taint)}`;
  return details.length === 0 ? text : `${text} (${details.join(', ')})`;
}

function setterOf(key: string) {
  return Object.hasOwn(SETTERS, key) ? SETTERS[key] : undefined;
}

function seenTaints({ node }: PlacementSituation, taints: readonly Taint[]): readonly Evidence[] {
  return (node.spec?.taints ?? []).flatMap((taint, index) =>
    taints.includes(taint) ? seenTaint(node, taint, index) : [],
  );
}
