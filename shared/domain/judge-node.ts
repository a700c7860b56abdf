import type { LauncherPod, Vmi } from './cluster-facts.ts';
import type { Handler } from './handler.ts';
import type { Risk } from './risks.ts';

/** What is true of a node. */
export const VERDICTS = ['NoWorkload', 'Managed', 'AtRisk', 'Orphaned', 'Unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** All that one node's verdict rests on. */
export interface NodeSituation {
  readonly handler: Handler;
  readonly vmis: readonly Vmi[];
  readonly launcherPods: readonly LauncherPod[];
  /** Whether workload could be there that was not seen: VMIs or pods were not read. */
  readonly workloadUnread: boolean;
  readonly risks: readonly Risk[];
}

/**
 * The verdict of a node.
 *
 * | workload | handler | verdict |
 * | --- | --- | --- |
 * | none | any | NoWorkload |
 * | some | manages, no risk | Managed |
 * | some | manages, at risk | AtRisk |
 * | some | does not manage | Orphaned |
 * | some | not known | Unknown |
 * | none seen, not all read | manages | Managed: whatever is there is managed |
 * | none seen, not all read | does not manage, or not known | Unknown |
 */
export function judgeNode({ handler, vmis, launcherPods, workloadUnread, risks }: NodeSituation): Verdict {
  const seen = vmis.length + launcherPods.length > 0;
  if (!seen && !workloadUnread) return 'NoWorkload';
  if (handler.state === 'Unknown') return 'Unknown';
  if (handler.manages) return seen && risks.length > 0 ? 'AtRisk' : 'Managed';
  return seen ? 'Orphaned' : 'Unknown';
}
