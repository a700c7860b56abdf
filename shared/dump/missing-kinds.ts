import type { EvidenceKind } from '../domain/evidence-objects.ts';
import type { Kind } from '../domain/objects.ts';
import type { Problem } from '../domain/problems.ts';

type Cost = readonly [cost: string, command: string];

/** What a dump without the kind cannot tell, and the command that would tell it. */
const COSTS: Readonly<Record<Kind, Cost>> = {
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

const EVIDENCE_COSTS: Readonly<Record<EvidenceKind, Cost>> = {
  Event: [
    'what only an Event proves, such as a pod that the API server rejected, is not told',
    'kubectl get events -A -o json',
  ],
  Namespace: [
    "whether OpenShift's node selector of KubeVirt's namespace keeps virt-handler away is not told",
    'kubectl get namespaces -o json',
  ],
  HyperConverged: [
    'if HyperConverged owns the placement, a change of the KubeVirt resource is reverted',
    'kubectl get hyperconvergeds -A -o json',
  ],
  VirtualMachine: ['the run strategies of the VMIs are not told', 'kubectl get vms -A -o json'],
};

/** The problem of a kind that no file had. */
export function notInDump(kind: Kind): Problem {
  return problemOf(kind, COSTS[kind]);
}

/** The same for what is evidence only. */
export function evidenceNotInDump(kind: EvidenceKind): Problem {
  return problemOf(kind, EVIDENCE_COSTS[kind]);
}

function problemOf(kind: Kind | EvidenceKind, [cost, command]: Cost): Problem {
  return {
    code: 'NotInDump',
    kind,
    message: `The dump has no ${kind}: ${cost}. Add what this prints: ${command}`,
  };
}
