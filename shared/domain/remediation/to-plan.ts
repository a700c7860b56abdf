import type { CauseCode } from '../causes/cause.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { Mitigation, MitigationContext } from '../mitigations/mitigation.ts';
import type { Plan, PlanStep } from './plan.ts';
import { successOf, timeoutOf } from './step-outcome.ts';

/** Makes a plan of mitigations, which become its steps in their order. */
export function toPlan(
  mitigations: readonly Mitigation[],
  cause: CauseCode,
  { nodeName, node, nodes }: MitigationContext,
): Plan {
  const handlers = nodes.filter(({ hasHandler }) => hasHandler).length;
  const steps = mitigations.map((mitigation, index): PlanStep => {
    const { code, summary, command, risk, owner, effects, change, inverse } = mitigation;
    return {
      ...{ code, summary, command, risk, owner, effects, change, inverse },
      success: successOf(mitigation, nodeName, index === mitigations.length - 1),
      timeoutMs: timeoutOf(mitigation, handlers),
    };
  });
  const nodeUid = node?.metadata.uid ?? '';
  return { id: planId(nodeUid || nodeName, steps), node: nodeName, nodeUid, cause, steps };
}

/** What the steps do to which objects, not how these were when it was planned. */
function planId(node: string, steps: readonly PlanStep[]): string {
  const encoder = new TextEncoder();
  const parts = steps.flatMap(({ code, summary, change }) => {
    // Without a write it is a text for people; the command names versions and pods, which come and go.
    if (change === undefined) return [code, summary];
    const operations = change.action === 'patch' ? change.operations : [];
    return [code, change.action, change.target.uid, JSON.stringify(operations)];
  });
  return fingerprintOf([node, ...parts].map((part) => encoder.encode(part)));
}
