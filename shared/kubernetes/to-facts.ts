import type { ClusterFacts } from '../domain/cluster-facts.ts';
import type { ReadKind } from '../domain/evidence-objects.ts';
import { FactsCollector } from '../domain/facts-collector.ts';
import { KubeVirtNotInstalledError } from '../errors/errors.ts';
import type { Connection } from './connection.ts';
import { forbiddenEverything, forbiddenProblem } from './forbidden.ts';
import type { ListOutcome } from './read-lists.ts';
import { type ListQuery, RESOURCES } from './resources.ts';

const ALL_RESOURCES = Object.values(RESOURCES);

/** What became of the lists that were read. */
export type Outcomes = ReadonlyMap<ListQuery, ListOutcome<FactsCollector>>;

/**
 * Puts the lists together. What may not be read is in `unread`.
 *
 * @throws KubeForbiddenError when nothing may be read, KubeVirtNotInstalledError when KubeVirt's API is not served
 */
export function toFacts(
  outcomes: Outcomes,
  connection: Connection,
  { observedAt, workloadOf }: Pick<ClusterFacts, 'observedAt' | 'workloadOf'>,
): ClusterFacts {
  const forbidden = withOutcome(outcomes, 'forbidden');
  if (forbidden.length === ALL_RESOURCES.length) throw forbiddenEverything(connection, ALL_RESOURCES);
  const missing = withOutcome(outcomes, 'missing');
  if (missing.includes(RESOURCES.VirtualMachineInstance) && missing.includes(RESOURCES.KubeVirt))
    throw kubeVirtNotInstalled(connection);
  const collectors = byKind(outcomes);
  const factsOf = (resource: (typeof ALL_RESOURCES)[number]): ClusterFacts => {
    const collector = collectors.get(resource.kind) ?? new FactsCollector();
    return collector.finish(() => forbiddenProblem(resource), observedAt);
  };
  const { handlerPods, launcherPods } = factsOf(RESOURCES.Pod);
  return {
    observedAt,
    ...(workloadOf === undefined ? {} : { workloadOf }),
    unread: new Map(forbidden.map((resource) => [resource.kind, forbiddenProblem(resource)])),
    nodes: factsOf(RESOURCES.Node).nodes,
    handlerPods,
    launcherPods,
    vmis: factsOf(RESOURCES.VirtualMachineInstance).vmis,
    daemonSets: factsOf(RESOURCES.DaemonSet).daemonSets,
    kubeVirts: factsOf(RESOURCES.KubeVirt).kubeVirts,
  };
}

/** The error when the API server has never heard of KubeVirt. */
export function kubeVirtNotInstalled({ server }: Connection): KubeVirtNotInstalledError {
  return new KubeVirtNotInstalledError(
    `the cluster ${server} does not serve the kubevirt.io API: KubeVirt is not installed in it`,
    'Choose the context of a cluster that has KubeVirt, or install it.',
  );
}

function withOutcome(outcomes: Outcomes, outcome: 'forbidden' | 'missing') {
  const lists = [...outcomes].filter(([, it]) => it === outcome);
  return ALL_RESOURCES.filter((resource) => lists.some(([query]) => query.resource === resource));
}

/** The facts of each kind. A second list of a kind holds handlers only: one bound meanwhile may be in both. */
function byKind(outcomes: Outcomes): ReadonlyMap<ReadKind, FactsCollector> {
  const collectors = new Map<ReadKind, FactsCollector>();
  for (const [{ resource }, outcome] of outcomes) {
    if (!(outcome instanceof FactsCollector)) continue;
    const first = collectors.get(resource.kind);
    if (first === undefined) collectors.set(resource.kind, outcome);
    else for (const pod of outcome.finish(() => forbiddenProblem(resource)).handlerPods) first.add(pod);
  }
  return collectors;
}
