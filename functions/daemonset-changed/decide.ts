import { HANDLER_NAME } from '../../shared/domain/installation.ts';
import { type Concern, fieldOf, mattersOf, type ObjectChange } from '../../shared/domain/object-change.ts';

/**
 * A change of the virt-handler DaemonSet concerns every node, when its specification changed. Its status only counts pods,
 * each of which is told by itself.
 *
 * | DaemonSet | concerns |
 * | --- | --- |
 * | another one | nothing |
 * | it is gone | every node |
 * | only its name is known | look it up |
 * | anything else | every node |
 */
export function decide({ verb, name, object }: ObjectChange): Concern {
  if (name !== HANDLER_NAME) return { kind: 'nothing', why: 'not the virt-handler DaemonSet' };
  if (verb === 'delete') return { kind: 'every-node', matters: 'gone' };
  if (object === undefined) return { kind: 'look-up' };
  const matters = ['uid', 'generation', 'deletionTimestamp'].map((key) => fieldOf(object, 'metadata', key));
  return { kind: 'every-node', matters: mattersOf(...matters) };
}
