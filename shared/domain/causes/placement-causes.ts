import { describeObstacle, type Obstacle } from '../placement/daemonset-placement.ts';
import type { TermMismatch } from '../placement/node-affinity.ts';
import { type RuleOrigin, traceObstacle } from '../placement/placement-origin.ts';
import { type PlacementFinding, validatePlacement } from '../placement/placement-validation.ts';
import type { NodeCase } from './case.ts';
import type { CauseOrigin, Evidence } from './cause.ts';
import { seenPatches } from './component-patches.ts';
import { quote, seen } from './evidence.ts';
import { seenChanges } from './last-change.ts';
import { obstaclesOf, type PlacementSituation, placementOf } from './placement-situation.ts';
import type { Finding, Rule } from './rule.ts';

type SelectorObstacle = Extract<Obstacle, { kind: 'NodeSelector' | 'NodeName' }>;

const TERMS = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';

/** A rule that keeps the pod away, where it comes from, and what of it was seen. */
interface Mismatch {
  readonly obstacles: readonly Obstacle[];
  readonly origins: readonly RuleOrigin[];
  readonly origin: CauseOrigin;
  readonly evidence: readonly Evidence[];
}

/**
 * The template's nodeSelector (or, only ever by customizeComponents, its nodeName) does not match the node. Definite:
 * the pod that is there is deleted and none is made. All keys are ANDed: one that is not the policy's makes the origin
 * DaemonSet, because a change of the policy alone does not cure it.
 *
 * Source: kubevirt `pkg/virt-operator/resource/placement/placement.go`; Kubernetes `pkg/controller/daemon/daemon_controller.go`.
 */
export const nodeSelectorMismatch: Rule = (situation) => {
  const placement = placementOf(situation);
  const obstacles = placement === undefined ? [] : obstaclesOf(placement, 'NodeSelector', 'NodeName');
  if (placement === undefined || obstacles.length === 0) return undefined;
  const traced = obstacles.map((obstacle) => ({ obstacle, origins: trace(obstacle, situation) }));
  const origins = traced.flatMap((it) => it.origins);
  const evidence = traced.flatMap(({ obstacle, origins: [origin] }) => [
    ...seenSelector(placement, obstacle),
    ...seenPolicy(origin, obstacle.wanted, situation),
    ...(obstacle.kind === 'NodeSelector' ? seenChanges(placement.node, { label: obstacle.key }) : []),
  ]);
  const origin = origins.every(isPolicy) ? 'PlacementPolicy' : 'DaemonSet';
  const invalid = invalidIn(placement, /^node(Selector|Name)/);
  return findingOf({ obstacles, origins, origin, evidence }, invalid, placement, situation);
};

function seenSelector(
  { node, source, pathOf }: PlacementSituation,
  obstacle: SelectorObstacle,
): readonly Evidence[] {
  if (obstacle.kind === 'NodeName') {
    return [
      seen(source, pathOf('nodeName'), obstacle.wanted),
      seen(node, 'metadata.name', node.metadata.name),
    ];
  }
  const { key, wanted, actual } = obstacle;
  return [
    seen(source, pathOf(`nodeSelector[${key}]`), wanted),
    seen(node, `metadata.labels[${key}]`, actual),
  ];
}

/**
 * No term of the template's required node affinity matches the node. Definite, as above. Terms are ORed: one term of
 * the policy makes it the policy's, where one more term cures it whatever the others are. Same sources.
 */
export const nodeAffinityMismatch: Rule = (situation) => {
  const placement = placementOf(situation);
  const obstacles = placement === undefined ? [] : obstaclesOf(placement, 'NodeAffinity');
  if (placement === undefined || obstacles.length === 0) return undefined;
  const origins = obstacles.flatMap((it) => trace(it, situation));
  const terms = obstacles.flatMap((it) => it.terms);
  const evidence = [
    ...seenTerms(placement, terms),
    ...origins.flatMap((it, index) => seenPolicy(it, terms[index]?.term ?? [], situation)),
  ];
  const origin = origins.some(isPolicy) ? 'PlacementPolicy' : 'DaemonSet';
  return findingOf(
    { obstacles, origins, origin, evidence },
    invalidIn(placement, /^affinity/),
    placement,
    situation,
  );
};

function seenTerms(
  { node, source, pathOf }: PlacementSituation,
  terms: readonly TermMismatch[],
): readonly Evidence[] {
  if (terms.length === 0) return [seen(source, pathOf(TERMS), [])];
  const fields = new Map<string, string | undefined>();
  for (const { requirement, field, actual } of terms.flatMap(({ failing }) => failing)) {
    if (field === 'matchFields') fields.set('metadata.name', node.metadata.name);
    else fields.set(`metadata.labels[${requirement.key}]`, actual);
  }
  return [
    ...terms.map(({ index, term }) => seen(source, pathOf(`${TERMS}[${index}]`), term)),
    ...[...fields].map(([field, actual]) => seen(node, field, actual)),
  ];
}

function findingOf(
  found: Mismatch,
  invalid: readonly PlacementFinding[],
  { source, pathOf }: PlacementSituation,
  situation: NodeCase,
): Finding {
  const { name, handler } = situation.judgement;
  const why = found.obstacles.map(describeObstacle).join('; ');
  const [first] = invalid;
  const never = first === undefined ? '' : `, which cannot be met: ${quote(first.message)}`;
  const fate = handler.manages ? '; the virt-handler that is there now is about to be deleted' : '';
  return {
    certainty: 'Definite',
    origin: found.origin,
    summary: `${describeOrigin(found, situation)} keeps virt-handler from ${name}: ${why}${never}${fate}.`,
    evidence: [
      ...found.evidence,
      ...whoSetIt(found, situation),
      ...invalid.map(({ path, message, consequence }) =>
        seen(source, pathOf(path), `${consequence}: ${message}`),
      ),
    ],
  };
}

function invalidIn({ template }: PlacementSituation, fields: RegExp): readonly PlacementFinding[] {
  return validatePlacement(template).filter(({ path }) => fields.test(path));
}

function trace(obstacle: Obstacle, { kubeVirt }: NodeCase): readonly RuleOrigin[] {
  return traceObstacle(obstacle, kubeVirt?.spec?.workloads?.nodePlacement);
}

function isPolicy({ origin }: RuleOrigin): boolean {
  return origin === 'PlacementPolicy';
}

function seenPolicy(
  origin: RuleOrigin | undefined,
  value: unknown,
  { kubeVirt }: NodeCase,
): readonly Evidence[] {
  if (kubeVirt === undefined || origin === undefined || !isPolicy(origin)) return [];
  return [seen(kubeVirt, origin.path, value)];
}

/** Who set the rule, as far as that is told: the policy's last editor, or the patch that lays it on. */
function whoSetIt({ origin, obstacles }: Mismatch, { kubeVirt, daemonSet }: NodeCase): readonly Evidence[] {
  if (origin === 'PlacementPolicy') return seenChanges(kubeVirt, 'workloads');
  const patches = seenPatches(kubeVirt, obstacles);
  const field = patches.length > 0 ? 'customizeComponents' : 'template';
  return [...patches, ...seenChanges(patches.length > 0 ? kubeVirt : daemonSet, field)];
}

function describeOrigin({ origin, origins, obstacles }: Mismatch, { kubeVirt }: NodeCase): string {
  if (origin === 'PlacementPolicy')
    return "The placement policy (the KubeVirt resource's spec.workloads.nodePlacement)";
  if (kubeVirt === undefined)
    return 'The virt-handler DaemonSet (the KubeVirt resource, not read, may be behind it)';
  const isDefault = origins.every((it) => it.origin === 'DaemonSet' && it.source === 'OperatorDefault');
  if (isDefault) return "virt-operator's own default";
  if (seenPatches(kubeVirt, obstacles).length > 0)
    return "The virt-handler DaemonSet (by a patch in the KubeVirt resource's spec.customizeComponents)";
  return 'The virt-handler DaemonSet (not by the policy or customizeComponents as they are: by an edit, or by what they were)';
}
