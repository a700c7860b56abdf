import { judgePlacement } from '../placement/daemonset-placement.ts';
import type { RemediationBudget } from './remediation-policy.ts';
import type { Readable, Situation } from './situation.ts';

/**
 * The nodes, sorted, that should have a virt-handler: those on which the DaemonSet's template lets one run, and those that are
 * orphaned now. Only nodes that are there: nothing can be done about others (facts/field.md, 4.6).
 */
export function eligibleNodes({
  facts,
  judgement,
}: Pick<Situation, 'facts' | 'judgement'>): Readable<readonly string[]> {
  for (const kind of ['Node', 'DaemonSet', 'Pod', 'VirtualMachineInstance'] as const) {
    const problem = facts.unread.get(kind);
    if (problem !== undefined) return { unreadable: problem.message };
  }
  const template = judgement.installation.daemonSet?.spec?.template?.spec;
  if (template === undefined)
    return { unreadable: 'no virt-handler DaemonSet tells which nodes should have a virt-handler.' };
  const eligible = judgement.nodes.filter(
    ({ node, verdict }) =>
      node !== undefined && (verdict === 'Orphaned' || judgePlacement(node, template).shouldRun),
  );
  return { value: eligible.map(({ name }) => name) };
}

/**
 * How many nodes may be touched at once: the stricter of both. Percents are rounded up, as Kubernetes and NodeHealthCheck do
 * (facts/field.md, 4.1), so that 1 % of three nodes is one; 0 and 0 % are none.
 *
 * @param eligible - how many nodes should have a virt-handler
 */
export function budgetOf({ nodes, percent }: RemediationBudget, eligible: number): number {
  // Whole numbers are multiplied first: 0.07 * 100 is 7.000000000000001.
  const limit = Math.min(nodes, Math.ceil((percent * eligible) / 100));
  // What is no number, or below zero, is a budget for nothing.
  return Math.max(0, limit) || 0;
}
