import type { ClusterFacts } from '../cluster-facts.ts';
import { handlerPodsByNode } from '../handler.ts';
import { locateInstallation } from '../installation.ts';
import { judgePlacement } from '../placement/daemonset-placement.ts';
import { validatePlacement } from '../placement/placement-validation.ts';
import type { AppliedChange } from './apply-change.ts';
import { namedNodes, type PlannedChange } from './planned-change.ts';

/** A change and what came of it. */
interface Tried {
  readonly facts: ClusterFacts;
  readonly change: PlannedChange;
  readonly applied: AppliedChange;
  /** The reached nodes that cannot be judged. */
  readonly untold: readonly string[];
}

/** What nobody should learn from the cluster itself, the worst first: one sentence each. */
export function warningsOf(tried: Tried): readonly string[] {
  return [
    ...matchesNoNode(tried),
    ...cannotTell(tried),
    ...neverMatches(tried),
    ...unjudged(tried),
    ...evictsWorkload(tried),
    ...restarts(tried),
    ...withoutEffect(tried),
  ];
}

/** Source: facts from a running cluster; the webhook accepts such a placement, and maxUnavailable does not slow it down. */
function matchesNoNode({ facts, change, applied }: Tried): readonly string[] {
  const now = templateOf(facts);
  const next = templateOf(applied.facts);
  if (now === undefined || next === undefined || facts.nodes.size === 0) return [];
  const isLetIn = [...applied.facts.nodes.values()].some((node) => judgePlacement(node, next).shouldRun);
  if (isLetIn) return [];
  if (change.placement !== undefined && applied.rollout) {
    return [
      `The placement of ${change.placement.source} matches no node: virt-handler may run on none of ${facts.nodes.size}, and virt-operator would delete every virt-handler at once, without an error.`,
    ];
  }
  const wasLetIn = [...facts.nodes.values()].some((node) => judgePlacement(node, now).shouldRun);
  return wasLetIn
    ? ['The change leaves no node that virt-handler may run on: none would be made again anywhere.']
    : [];
}

function templateOf(facts: ClusterFacts) {
  return locateInstallation(facts).daemonSet?.spec?.template?.spec;
}

function cannotTell({ facts, applied, untold }: Tried): readonly string[] {
  return [
    ...(applied.untold === undefined
      ? []
      : [`It cannot be told what the placement would do: ${applied.untold}.`]),
    ...(facts.unread.has('Node') ? ['It cannot be told what the change would do: nodes were not read.'] : []),
    ...(untold.length === 0 ? [] : [`It cannot be told what would become of ${untold.join(', ')}.`]),
  ];
}

function neverMatches({ change }: Tried): readonly string[] {
  return validatePlacement(change.placement?.policy ?? {})
    .filter(({ consequence }) => consequence === 'NeverMatches')
    .map(({ path, message }) => `${change.placement?.source}: ${path}: ${message}.`);
}

/** Such a field is not read from the cluster, so that it cannot be told whether it is in force already. */
function unjudged({ change }: Tried): readonly string[] {
  const { source, unjudged: paths = [] } = change.placement ?? {};
  return paths.map(
    (path) =>
      `${source}: ${path} is not judged; where it is not in force already, virt-handler restarts on every node.`,
  );
}

function evictsWorkload({ change }: Tried): readonly string[] {
  const nodes = new Set(
    change.taints.filter(({ taint }) => taint.effect === 'NoExecute').map((it) => it.node),
  );
  if (nodes.size === 0) return [];
  return [
    `A NoExecute taint also evicts the virtual machines on ${[...nodes].join(', ')} that do not tolerate it; that is not judged here.`,
  ];
}

function restarts({ applied }: Tried): readonly string[] {
  return applied.rollout
    ? ['virt-handler restarts on every node: the pod template of its DaemonSet changes.']
    : [];
}

function withoutEffect({ facts, change, applied }: Tried): readonly string[] {
  const drained = new Set(change.drainedHandlers);
  const having = handlerPodsByNode(facts, undefined);
  const same = namedNodes(change).filter(
    (name) => !drained.has(name) && facts.nodes.get(name) === applied.facts.nodes.get(name),
  );
  const isPolicySame =
    change.placement !== undefined &&
    applied.untold === undefined &&
    (change.placement.unjudged ?? []).length === 0 &&
    facts.kubeVirts === applied.facts.kubeVirts;
  return [
    ...(facts.unread.has('Node') ? [] : same).map((name) => `${name} has these taints and labels already.`),
    ...(isPolicySame ? ['The placement is the one that is in force already.'] : []),
    ...(facts.unread.has('Pod') ? [] : change.drainedHandlers)
      .filter((name) => !having.has(name))
      .map((name) => `${name} has no virt-handler pod to delete.`),
  ];
}
