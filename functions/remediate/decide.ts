import { explainCluster } from '../../shared/domain/causes/explain-cluster.ts';
import type { ChangeState } from '../../shared/domain/mitigations/cluster-change.ts';
import type { MitigationContext } from '../../shared/domain/mitigations/mitigation.ts';
import { mitigationContexts } from '../../shared/domain/mitigations/mitigation-context.ts';
import { advance } from '../../shared/domain/remediation/advance.ts';
import { choosePlan } from '../../shared/domain/remediation/choose-plan.ts';
import type { Gate } from '../../shared/domain/remediation/gate.ts';
import { evaluateGates } from '../../shared/domain/remediation/gates.ts';
import { harmOf } from '../../shared/domain/remediation/harm.ts';
import type { Look, Next } from '../../shared/domain/remediation/look.ts';
import { makePlans } from '../../shared/domain/remediation/make-plans.ts';
import { modeOf } from '../../shared/domain/remediation/modes.ts';
import { nodesWithoutHandler } from '../../shared/domain/remediation/nodes-without-handler.ts';
import { ownerObjections } from '../../shared/domain/remediation/owner-objections.ts';
import type { Plan } from '../../shared/domain/remediation/plan.ts';
import type { Approval } from '../../shared/domain/remediation/remediation.ts';
import type {
  RemediationMode,
  RemediationPolicy,
} from '../../shared/domain/remediation/remediation-policy.ts';
import { revertHarms } from '../../shared/domain/remediation/revert-harms.ts';
import { type IncidentSummary, type Situation, unreadOf } from '../../shared/domain/remediation/situation.ts';
import { leaderOf } from '../../shared/domain/remediation/storm-leader.ts';
import { stormPlan } from '../../shared/domain/remediation/storm-plan.ts';
import { successSigns } from '../../shared/domain/remediation/success-signs.ts';

/** All that was read for one look at a node. */
export interface Seen {
  readonly summary: IncidentSummary;
  readonly situation: Situation;
  /** One that came in and is good for what is proposed. */
  readonly approval: Approval | undefined;
  readonly changeStates: ReadonlyMap<string, ChangeState>;
  /** Who we are for the lock. */
  readonly lockHolder: string;
}

/** What is done next about one node. Same cluster, same memory, same policy: same answer. */
export function decide(seen: Seen, policy: RemediationPolicy): Next {
  return advance(lookOf(seen, policy));
}

/** A plan, and how it is judged now. */
export interface JudgedPlan {
  readonly plan: Plan;
  readonly mode: RemediationMode;
  /** With the approval that was seen, if there is one. */
  readonly gates: readonly Gate[];
  /** Whether it is the one that is proposed. */
  readonly isChosen: boolean;
}

/** What could be done about one node as it is now: alternatives, for people to read. Same cluster, same memory, same policy: same answer. */
export function judgePlans(seen: Seen, policy: RemediationPolicy): readonly JudgedPlan[] {
  const { plans, remediation, incident, approval, modeOf: modeFor, gatesOf } = lookOf(seen, policy);
  const chosen = choosePlan(plans, remediation, incident.episode, modeFor);
  return plans.map((plan) => ({
    plan,
    mode: modeFor(plan),
    gates: gatesOf(plan, approval),
    isChosen: plan === chosen,
  }));
}

function lookOf(seen: Seen, policy: RemediationPolicy): Look {
  const { summary, situation, approval, changeStates, lockHolder } = seen;
  const { incident, remediation } = summary;
  const contextOf = contexts(situation);
  const context = contextOf(situation.node);
  return {
    now: situation.now,
    incident,
    remediation,
    plans: knownPlan(seen) ?? (context === undefined ? [] : plansFor(seen, policy, context, contextOf)),
    modeOf: (plan) => modeOf(plan, policy),
    gatesOf: (plan, given) =>
      evaluateGates({
        plan,
        summary,
        situation,
        policy,
        approval: given,
        ownerObjections: context === undefined ? [UNREAD] : ownerObjections(plan, context),
        harms: context === undefined ? [UNREAD] : harmOf(plan, context),
        lockHolder,
      }),
    approval,
    changeStates,
    signs: remediation.run === undefined ? NO_SIGNS : successSigns(remediation.run, situation),
    revertHarms: (step) => revertHarmsOf(seen, step, contextOf),
    withoutHandler: nodesWithoutHandler(situation),
  };
}

const UNREAD = 'The node was not read, or is not there.';
const NO_SIGNS = { missing: [], failure: undefined };

type ContextOf = (node: string) => MitigationContext | undefined;

function contexts({ facts, judgement, evidence }: Situation): ContextOf {
  const contextOf = mitigationContexts(facts, judgement, evidence);
  const nodes = new Map(judgement.nodes.map((it) => [it.name, it]));
  return (name) => {
    const node = nodes.get(name);
    return node === undefined ? undefined : contextOf(node);
  };
}

/** What was proposed stays so while the cluster cannot be read, which closes gates and says nothing of another plan. */
function knownPlan({ summary, situation }: Seen): readonly Plan[] | undefined {
  const { run } = summary.remediation;
  const isUnread = unreadOf(situation).length > 0 || situation.facts.unread.has('VirtualMachineInstance');
  return run !== undefined && isUnread ? [run.plan] : undefined;
}

/**
 * What could be done about the node. In a storm, one change at the source for all of them, which the node that was opened first proposes;
 * the others propose nothing, as fifty changes of one placement would be worse than none.
 */
function plansFor(
  { summary, situation }: Seen,
  policy: RemediationPolicy,
  context: MitigationContext,
  contextOf: ContextOf,
): readonly Plan[] {
  const { facts, judgement, evidence, node } = situation;
  const nodes = judgement.nodes.filter(({ name }) => name === node);
  const [explained] = explainCluster(facts, { ...judgement, nodes }, evidence);
  const own = makePlans(context, explained?.causes ?? []);
  const open = 'value' in situation.incidents ? situation.incidents.value : [summary];
  const leader = leaderOf(open, policy, situation.now);
  if (leader === undefined) return own;
  if (leader.node !== node) return [];
  const all = openNodes(open).flatMap((name) => contextOf(name) ?? []);
  const shared = stormPlan(all);
  return shared === undefined ? own : [shared];
}

function openNodes(records: readonly IncidentSummary[]): readonly string[] {
  return records.flatMap(({ incident }) => (incident.state === 'Open' ? [incident.node] : [])).sort();
}

/** Harm is looked for on every node, so that any context will do where the plan's own node is gone. */
function revertHarmsOf(
  {
    situation,
    summary: {
      remediation: { run, changes },
    },
  }: Seen,
  step: number,
  contextOf: ContextOf,
): readonly string[] {
  const kept = changes.find((it) => it.run === run?.number && it.step === step);
  const context = contextOf(situation.node) ?? contextOf(situation.judgement.nodes[0]?.name ?? '');
  const unread = unreadOf(situation);
  if (unread.length > 0) return unread;
  return kept === undefined || context === undefined ? [] : revertHarms([kept.change], context);
}
