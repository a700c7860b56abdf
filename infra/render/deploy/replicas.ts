import { type KubeObject, labelsOf, NAMESPACE } from './objects.ts';

/** One leads and one is warm. More would only stand by too. */
const REPLICAS = 2;

/**
 * How replicas come and go: a new one is ready before an old one ends. They are ready whether they lead or not, so a roll-out ends; an
 * old one that led gives its Lease back, and another leads within 2 s.
 */
export const REPLICATION = {
  replicas: REPLICAS,
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
} as const;

/** They are put on nodes, and zones, of their own where there are some: a cluster of one node has both on it. */
export function spread(name: string): object {
  const topologySpreadConstraints = ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(
    (topologyKey) => ({
      maxSkew: 1,
      topologyKey,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: labelsOf(name) },
    }),
  );
  return { topologySpreadConstraints };
}

/** Whoever drains nodes takes one after the other. It says how many may be missing, so that a drain never waits for ever. */
export function disruptionBudget(name: string): KubeObject {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: NAMESPACE, labels: labelsOf(name) },
    spec: { maxUnavailable: 1, selector: { matchLabels: labelsOf(name) } },
  };
}
