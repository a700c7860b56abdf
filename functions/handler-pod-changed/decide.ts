import {
  type Concern,
  conditionMark,
  fieldOf,
  listOf,
  mattersOf,
  type ObjectChange,
  textOf,
} from '../../shared/domain/object-change.ts';
import { KUBEVIRT_LABEL } from '../../shared/domain/workload.ts';

/** What the DaemonSet controller names its pods. It only spares look-ups: the label and the owner decide. */
const NAME_PREFIX = 'virt-handler-';

/**
 * A change of a virt-handler pod concerns its node, bound or meant.
 *
 * | pod | concerns |
 * | --- | --- |
 * | only its name is known, and is no virt-handler's | nothing |
 * | only its name is known | look it up |
 * | not labelled virt-handler | nothing: whether a labelled one is real is for the judgement to say |
 * | on a node, or meant for one | that node |
 * | neither | nothing: it is told again when it is bound |
 */
export function decide({ name, object }: ObjectChange): Concern {
  if (object === undefined)
    return name.startsWith(NAME_PREFIX) ? { kind: 'look-up' } : { kind: 'nothing', why: 'another name' };
  if (textOf(object, 'metadata', 'labels', KUBEVIRT_LABEL) !== 'virt-handler')
    return { kind: 'nothing', why: 'no virt-handler pod' };
  const node = nodeOf(object);
  if (node === '') return { kind: 'nothing', why: 'neither on a node nor meant for one' };
  return { kind: 'nodes', nodes: [node], matters: whatMatters(object, node) };
}

function nodeOf(pod: unknown): string {
  const bound = textOf(pod, 'spec', 'nodeName');
  if (bound !== '') return bound;
  const required = ['spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'];
  const fields = listOf(pod, ...required, 'nodeSelectorTerms').flatMap((term) => listOf(term, 'matchFields'));
  const meant = fields.find((it) => textOf(it, 'key') === 'metadata.name');
  const [name] = listOf(meant, 'values');
  return typeof name === 'string' ? name : '';
}

/** What the judgement of a handler and its causes read of the pod. */
function whatMatters(pod: unknown, node: string): string {
  const containers = ['initContainerStatuses', 'containerStatuses'].flatMap((list) =>
    listOf(pod, 'status', list).map((status) => [
      fieldOf(status, 'state', 'waiting', 'reason'),
      fieldOf(status, 'state', 'terminated', 'exitCode'),
    ]),
  );
  return mattersOf(
    fieldOf(pod, 'metadata', 'uid'),
    node,
    // That it is being deleted: a kubelet that ends it moves the time, right before it is gone.
    fieldOf(pod, 'metadata', 'deletionTimestamp') !== undefined,
    fieldOf(pod, 'metadata', 'ownerReferences'),
    fieldOf(pod, 'status', 'phase'),
    conditionMark(pod, 'Ready'),
    conditionMark(pod, 'PodScheduled'),
    containers,
  );
}
