import {
  type Concern,
  conditionMark,
  fieldOf,
  mattersOf,
  type ObjectChange,
} from '../../shared/domain/object-change.ts';

/**
 * A change of the KubeVirt resource concerns every node: it says where KubeVirt is installed and where virt-handler runs.
 *
 * | KubeVirt | concerns |
 * | --- | --- |
 * | it is gone | every node |
 * | only its name is known | look it up |
 * | anything else | every node |
 *
 * Of its status the phase matters, and `Synchronized`: the placement may have been refused. The other conditions change
 * with every roll-out and tell nothing of a node.
 */
export function decide({ verb, object }: ObjectChange): Concern {
  if (verb === 'delete') return { kind: 'every-node', matters: 'gone' };
  if (object === undefined) return { kind: 'look-up' };
  const matters = ['uid', 'generation', 'deletionTimestamp'].map((key) => fieldOf(object, 'metadata', key));
  const phase = fieldOf(object, 'status', 'phase');
  return { kind: 'every-node', matters: mattersOf(...matters, phase, conditionMark(object, 'Synchronized')) };
}
