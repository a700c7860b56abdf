import { describeTaint, setterOf, taintMeaning } from '../placement/taints.ts';
import { toleratedSeconds } from '../placement/tolerations.ts';
import type { Taint } from '../placement-objects.ts';
import type { NodeCase } from './case.ts';
import type { Certainty, Evidence } from './cause.ts';
import { seen } from './evidence.ts';
import { isLeaving } from './handler-pods.ts';
import { seenChanges } from './last-change.ts';
import { isExplainedByNotReady, seenTaint } from './node-causes.ts';
import { isPodSpared, obstaclesOf, type PlacementSituation, placementOf } from './placement-situation.ts';
import type { Finding, Rule } from './rule.ts';

/**
 * Another program drains or fences the node: a taint of medik8s, of a maintenance operator or for evacuation is not
 * tolerated. Stand back: tolerating it would work against that program. Likely, because who set the taint takes it away.
 */
export const remediationInProgress: Rule = (situation) => {
  const placement = placementOf(situation);
  const taints =
    placement === undefined ? [] : untolerated(placement).filter((taint) => isRemediation(taint, situation));
  if (placement === undefined || taints.length === 0) return undefined;
  return {
    certainty: 'Likely',
    origin: 'Node',
    summary: `${situation.judgement.name} is being drained or fenced on purpose (${list(taints)}), which keeps virt-handler away${fate(situation, placement, taints)}: stand back until that is over.`,
    evidence: seenTaints(placement, taints),
  };
};

/**
 * A NoSchedule or NoExecute taint is not tolerated, or not for ever; by its key it is not part of a remediation or of a
 * node that is not ready.
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
    (it) => !isRemediation(it, situation) && !isExplainedByNotReady(it, node),
  );
  if (taints.length === 0) return toleratedForAWhile(situation, placement);
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

/**
 * A NoExecute taint is tolerated with `tolerationSeconds` only: each pod is evicted when they are over, and made again.
 * A cause only while no pod is there to have a reason of its own.
 */
function toleratedForAWhile(situation: NodeCase, placement: PlacementSituation): Finding | undefined {
  const { pod } = situation.judgement.handler;
  if (pod !== undefined && !isLeaving(pod)) return undefined;
  const tolerations = placement.template.tolerations ?? [];
  const taints = placement.node.spec?.taints ?? [];
  const timed = taints.filter((taint) => toleratedSeconds(taint, tolerations) !== undefined);
  const [first] = timed;
  if (first === undefined) return undefined;
  const seconds = toleratedSeconds(first, tolerations);
  return {
    certainty: 'Likely',
    origin: 'Node',
    summary: `virt-handler tolerates ${list(timed)} on ${placement.node.metadata.name} for ${seconds} s only (tolerationSeconds): its pod is evicted again and again.`,
    evidence: [
      ...seenTaints(placement, timed),
      seen(placement.source, placement.pathOf('tolerations'), tolerations),
    ],
  };
}

function untolerated(placement: PlacementSituation): readonly Taint[] {
  return obstaclesOf(placement, 'Taint').map(({ taint }) => taint);
}

function isRemediation(taint: Taint, { kubeVirt }: NodeCase): boolean {
  return taintMeaning(taint, kubeVirt) === 'Deliberate';
}

function certaintyOf(
  situation: NodeCase,
  placement: PlacementSituation,
  taints: readonly Taint[],
): Certainty {
  if (taints.every((taint) => taintMeaning(taint, situation.kubeVirt) === 'NodeState')) return 'Likely';
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
  const who = setterOf(taint);
  const details = [
    ...(who === undefined ? [] : [`set by ${who}`]),
    ...(taint.timeAdded === undefined ? [] : [`since ${taint.timeAdded}`]),
  ];
  const text = `taint ${describeTaint(taint)}`;
  return details.length === 0 ? text : `${text} (${details.join(', ')})`;
}

function seenTaints({ node }: PlacementSituation, taints: readonly Taint[]): readonly Evidence[] {
  const all = node.spec?.taints ?? [];
  const seen = all.flatMap((taint, index) => (taints.includes(taint) ? seenTaint(node, taint, index) : []));
  return [...seen, ...seenChanges(node, 'taints')];
}
