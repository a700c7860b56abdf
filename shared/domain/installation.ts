import type { ClusterFacts } from './cluster-facts.ts';
import type { DaemonSetObject, KubeVirtObject } from './objects.ts';
import type { Problem } from './problems.ts';
import { KUBEVIRT_LABEL } from './workload.ts';

/** Source: kubevirt `pkg/virt-operator/resource/generate/components/daemonsets.go`. */
export const HANDLER_NAME = 'virt-handler';

/** Where KubeVirt is installed, and so where a real virt-handler lives. */
export interface Installation {
  /** `undefined` when it cannot be told: then nothing proves that a pod is the handler. */
  readonly namespace: string | undefined;
  /** The virt-handler DaemonSet there; `undefined` when there is none or none was read. */
  readonly daemonSet: DaemonSetObject | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Finds KubeVirt's namespace: that of the KubeVirt resource (the operator installs there and nowhere else). Without a
 * readable KubeVirt resource the only virt-handler DaemonSet of the cluster tells it, and a problem says so.
 */
export function locateInstallation(facts: ClusterFacts): Installation {
  const daemonSets = facts.daemonSets.filter(({ metadata }) => metadata.name === HANDLER_NAME);
  const namespaces = distinct(
    facts.kubeVirts.filter(isDeployed).map((kubeVirt) => kubeVirt.metadata.namespace ?? ''),
  );
  const [namespace, second] = namespaces;
  if (namespace === undefined) return withoutKubeVirt(facts, daemonSets);
  if (second === undefined) return inNamespace(namespace, daemonSets, []);
  return amongSeveral(namespaces, daemonSets);
}

function withoutKubeVirt(facts: ClusterFacts, daemonSets: readonly DaemonSetObject[]): Installation {
  const labelled = daemonSets.filter(({ metadata }) => metadata.labels?.[KUBEVIRT_LABEL] === HANDLER_NAME);
  const [namespace, second] = distinct(labelled.map(({ metadata }) => metadata.namespace ?? ''));
  const read = !facts.unread.has('KubeVirt');
  const start = read ? 'There is no KubeVirt resource' : 'The KubeVirt resource was not read';
  if (namespace !== undefined && second === undefined) {
    const message = `${start}: its namespace was taken from the only virt-handler DaemonSet, ${namespace}/${HANDLER_NAME}.`;
    return inNamespace(namespace, daemonSets, [{ code: 'NoKubeVirt', kind: 'KubeVirt', message }]);
  }
  const message = `${start}, and no single virt-handler DaemonSet tells where KubeVirt is installed: a pod labelled virt-handler proves nothing.`;
  return {
    namespace: undefined,
    daemonSet: undefined,
    problems: [{ code: 'NoKubeVirt', kind: 'KubeVirt', message }],
  };
}

function amongSeveral(namespaces: readonly string[], daemonSets: readonly DaemonSetObject[]): Installation {
  const withHandler = namespaces.filter((namespace) =>
    daemonSets.some((it) => it.metadata.namespace === namespace),
  );
  const [namespace, second] = withHandler;
  const start = `KubeVirt resources in several namespaces (${namespaces.join(', ')})`;
  if (namespace !== undefined && second === undefined) {
    const message = `${start}: only ${namespace} has a virt-handler DaemonSet and was taken.`;
    return inNamespace(namespace, daemonSets, [{ code: 'SeveralKubeVirts', kind: 'KubeVirt', message }]);
  }
  const message = `${start}: it cannot be told which one manages the nodes. Delete the one that is not deployed.`;
  return {
    namespace: undefined,
    daemonSet: undefined,
    problems: [{ code: 'SeveralKubeVirts', kind: 'KubeVirt', message }],
  };
}

function inNamespace(
  namespace: string,
  daemonSets: readonly DaemonSetObject[],
  problems: readonly Problem[],
): Installation {
  return { namespace, daemonSet: daemonSets.find((it) => it.metadata.namespace === namespace), problems };
}

/** The KubeVirt resource by which KubeVirt is installed in a namespace. */
export function installedKubeVirt(
  { kubeVirts }: ClusterFacts,
  namespace: string | undefined,
): KubeVirtObject | undefined {
  const there = kubeVirts.filter(({ metadata }) => metadata.namespace === namespace);
  return namespace === undefined ? undefined : (there.find(isDeployed) ?? there[0]);
}

/** virt-operator ignores a second KubeVirt and says so in it. Source: kubevirt `pkg/virt-operator/kubevirt.go`. */
function isDeployed(kubeVirt: KubeVirtObject): boolean {
  return !(kubeVirt.status?.conditions ?? []).some(
    ({ type, status, reason }) =>
      type === 'Synchronized' && status === 'False' && reason === 'ExistingDeployment',
  );
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
