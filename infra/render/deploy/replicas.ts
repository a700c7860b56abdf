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

/**
 * They are put on nodes, and zones, of their own where there are some: a cluster of one node has both on it. Not by topology spread
 * constraints: of several that are mere wishes the scheduler heeds none on nodes without a label of one of them, such as of a zone.
 */
export function apart(name: string): object {
  const term = (weight: number, topologyKey: string) => ({
    weight,
    podAffinityTerm: { topologyKey, labelSelector: { matchLabels: labelsOf(name) } },
  });
  const preferred = [term(100, 'kubernetes.io/hostname'), term(50, 'topology.kubernetes.io/zone')];
  return {
    affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } },
  };
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
