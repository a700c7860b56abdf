import { HANDLERS, HANDLERS_AND_LAUNCHERS, RESOURCES } from '../../../shared/kubernetes/resources.ts';

/** What the functions are triggered by, cut down as an ApiServerSource's selectors do it: that is rendered from this. */
export const WATCHED_RESOURCES = [
  { ...RESOURCES.Node, apiVersion: 'v1' },
  { ...RESOURCES.Pod, apiVersion: 'v1', labelSelector: HANDLERS_AND_LAUNCHERS },
  { ...RESOURCES.DaemonSet, apiVersion: 'apps/v1', labelSelector: HANDLERS },
  { ...RESOURCES.VirtualMachineInstance, apiVersion: 'kubevirt.io/v1' },
  { ...RESOURCES.KubeVirt, apiVersion: 'kubevirt.io/v1' },
] as const;
