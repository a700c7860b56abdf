import {
  type Concern,
  fieldOf,
  listOf,
  mattersOf,
  type ObjectChange,
  textOf,
} from '../../shared/domain/object-change.ts';
import { KUBEVIRT_LABEL } from '../../shared/domain/workload.ts';

/** What virt-controller names launchers (kubevirt `pkg/virt-controller/services/template.go`). It only spares look-ups. */
const NAME_PREFIX = 'virt-launcher-';

/**
 * A change of workload concerns the node that it runs on.
 *
 * | object | concerns |
 * | --- | --- |
 * | only the name of a pod is known, and is no launcher's | nothing |
 * | only its name is known | look it up |
 * | a pod that is no virt-launcher | nothing |
 * | a virt-launcher pod | the node it is bound to; nothing while it is not |
 * | a VMI | the node it runs on, and the one it has just come from; nothing while it is on none |
 */
export function decide({ kind, name, object }: ObjectChange): Concern {
  if (object === undefined) {
    const isOther = kind === 'Pod' && !name.startsWith(NAME_PREFIX);
    return isOther ? { kind: 'nothing', why: 'another name' } : { kind: 'look-up' };
  }
  return kind === 'Pod' ? ofPod(object) : ofVmi(object);
}

function ofPod(pod: unknown): Concern {
  if (textOf(pod, 'metadata', 'labels', KUBEVIRT_LABEL) !== 'virt-launcher')
    return { kind: 'nothing', why: 'no virt-launcher pod' };
  const node = textOf(pod, 'spec', 'nodeName');
  if (node === '') return { kind: 'nothing', why: 'not bound to a node yet' };
  const ended = listOf(pod, 'status', 'containerStatuses').map(
    (status) => fieldOf(status, 'state', 'terminated') !== undefined,
  );
  const matters = mattersOf(fieldOf(pod, 'metadata', 'uid'), node, fieldOf(pod, 'status', 'phase'), ended);
  return { kind: 'nodes', nodes: [node], matters };
}

function ofVmi(vmi: unknown): Concern {
  const node = textOf(vmi, 'status', 'nodeName');
  if (node === '') return { kind: 'nothing', why: 'not scheduled to a node yet' };
  const source = textOf(vmi, 'status', 'migrationState', 'sourceNode');
  const target = textOf(vmi, 'status', 'migrationState', 'targetNode');
  const nodes = source !== '' && target === node && source !== node ? [node, source] : [node];
  const matters = mattersOf(fieldOf(vmi, 'metadata', 'uid'), nodes, fieldOf(vmi, 'status', 'phase'));
  return { kind: 'nodes', nodes, matters };
}
