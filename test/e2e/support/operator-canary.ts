/** What virt-operator sees of its DaemonSet when a pass comes to it. */
export interface CanarySight {
  /** Whether the DaemonSet is not of the generation of the KubeVirt resource. */
  readonly isChanged: boolean;
  /** Handlers that are Ready, those that terminate too. For a change of placement every old pod counts as updated. */
  readonly updatedAndReady: number;
  /** As the DaemonSet's status says. */
  readonly desired: number;
  readonly maxUnavailable: number | string | undefined;
}

export type CanaryState = 'started' | 'canary' | 'increasing' | 'waiting' | 'successful' | 'unexpected';

export const DEFAULT_UNAVAILABLE = 1;
export const INCREASED_UNAVAILABLE = '10%';

/**
 * Where virt-operator takes a roll-out to be, as `processCanaryUpgrade` in its `pkg/virt-operator/resource/apply/apps.go`
 * decides (facts/kubevirt.md, 1.3). With no handler that is Ready it waits for one, whatever the template says: so a
 * hand edit that matches no node stays.
 */
export function canaryState({
  isChanged,
  updatedAndReady,
  desired,
  maxUnavailable,
}: CanarySight): CanaryState {
  if (isChanged) return 'started';
  if (updatedAndReady === 0) return 'canary';
  if (updatedAndReady < desired) return maxUnavailable === INCREASED_UNAVAILABLE ? 'waiting' : 'increasing';
  return updatedAndReady === desired ? 'successful' : 'unexpected';
}
