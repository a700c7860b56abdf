import {
  type Concern,
  conditionMark,
  fieldOf,
  listOf,
  mattersOf,
  type ObjectChange,
} from '../../shared/domain/object-change.ts';

/**
 * A change of a node concerns that node, when something changed that a rule reads: its UID, labels, taints or conditions.
 * Heartbeats, the times of conditions, images, volumes and leases change all the time and mean nothing; that a heartbeat
 * stays away no event tells: the audit sees it.
 *
 * | node | concerns |
 * | --- | --- |
 * | it is gone | that node, by its name |
 * | only its name is known | look it up: most updates are heartbeats |
 * | anything else | that node |
 */
export function decide({ verb, name, object }: ObjectChange): Concern {
  if (verb === 'delete') return { kind: 'nodes', nodes: [name], matters: 'gone' };
  if (object === undefined) return { kind: 'look-up' };
  return { kind: 'nodes', nodes: [name], matters: whatMatters(object) };
}

function whatMatters(node: unknown): string {
  const conditions = listOf(node, 'status', 'conditions').map((it) => [
    fieldOf(it, 'type'),
    fieldOf(it, 'status'),
  ]);
  return mattersOf(
    fieldOf(node, 'metadata', 'uid'),
    fieldOf(node, 'metadata', 'deletionTimestamp'),
    fieldOf(node, 'metadata', 'labels'),
    fieldOf(node, 'spec', 'taints'),
    fieldOf(node, 'spec', 'unschedulable'),
    conditions,
    conditionMark(node, 'Ready'),
  );
}
