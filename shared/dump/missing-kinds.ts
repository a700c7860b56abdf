import type { Kind } from '../domain/objects.ts';
import type { Problem } from '../domain/problems.ts';

/** What a dump without the kind cannot tell, and the command that would tell it. */
const COSTS: Readonly<Record<Kind, readonly [cost: string, command: string]>> = {
  Node: [
    'nodes without workload are missing, and taints, labels and heartbeats cannot be judged',
    'kubectl get nodes -o json',
  ],
  Pod: [
    'no virt-handler and no virt-launcher was seen, so nodes with VMIs are Unknown and others may be missing',
    'kubectl get pods -A -o json',
  ],
  DaemonSet: [
    'its counts are not known, and whether virt-handler would come back is judged by its pods alone',
    'kubectl get daemonsets -A -o json',
  ],
  // kubectl prints an empty List for no VMIs, which does not say what it is a list of; the API's own list does.
  VirtualMachineInstance: [
    'workload is told by virt-launcher pods alone, and a node with neither launcher nor working virt-handler is Unknown',
    'kubectl get --raw /apis/kubevirt.io/v1/virtualmachineinstances',
  ],
  KubeVirt: [
    'the namespace in which KubeVirt is installed is taken from the virt-handler DaemonSet, if there is one only',
    'kubectl get kubevirts -A -o json',
  ],
};

/** The problem of a kind that no file had. */
export function notInDump(kind: Kind): Problem {
  const [cost, command] = COSTS[kind];
  return {
    code: 'NotInDump',
    kind,
    message: `The dump has no ${kind}: ${cost}. Add what this prints: ${command}`,
  };
}
