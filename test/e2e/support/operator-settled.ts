import type { KubeApi } from './kube-api.ts';
import { isTrue } from './objects.ts';
import { GENERATION, operatedDaemonSet, operatedKubeVirt } from './operator-objects.ts';

/** Whether a roll-out is done, and so many handlers are Ready. */
export async function isSettled(api: KubeApi, handlers: number): Promise<boolean> {
  const { metadata, spec, status } = await api.get(operatedDaemonSet);
  const owner = await api.get(operatedKubeVirt);
  const { updatedNumberScheduled = 0 } = status as { updatedNumberScheduled?: number };
  const counts = [status.desiredNumberScheduled, status.numberReady, updatedNumberScheduled];
  return (
    metadata.annotations?.[GENERATION] === `${owner.metadata.generation}` &&
    spec.updateStrategy?.rollingUpdate?.maxUnavailable === 1 &&
    status.observedGeneration === metadata.generation &&
    counts.every((count) => count === handlers) &&
    owner.status?.observedGeneration === owner.metadata.generation &&
    isTrue(owner.status?.conditions, 'Available')
  );
}
