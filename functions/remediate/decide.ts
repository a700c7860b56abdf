import { explainCluster } from '../../shared/domain/causes/explain-cluster.ts';
import type { Incident } from '../../shared/domain/incidents/incident.ts';
import type { ChangeState } from '../../shared/domain/mitigations/cluster-change.ts';
import type { MitigationContext } from '../../shared/domain/mitigations/mitigation.ts';
import { mitigationContexts } from '../../shared/domain/mitigations/mitigation-context.ts';
import { advance } from '../../shared/domain/remediation/advance.ts';
import { evaluateGates } from '../../shared/domain/remediation/gates.ts';
import { harmOf } from '../../shared/domain/remediation/harm.ts';
import type { Look, Next } from '../../shared/domain/remediation/look.ts';
import { makePlans } from '../../shared/domain/remediation/make-plans.ts';
import { modeOf } from '../../shared/domain/remediation/modes.ts';
import { nodesWithoutHandler } from '../../shared/domain/remediation/nodes-without-handler.ts';
import { ownerObjections } from '../../shared/domain/remediation/owner-objections.ts';
import { isAutomated, type Plan } from '../../shared/domain/remediation/plan.ts';
import type { Approval, Remediation, Run } from '../../shared/domain/remediation/remediation.ts';
import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
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
  const { summary, situation, approval, changeStates, lockHolder } = seen;
  const { incident, remediation } = summary;
  const contextOf = contexts(situation);
  const context = contextOf(situation.node);
  const plans = knownPlan(seen) ?? (context === undefined ? [] : plansFor(seen, policy, context, contextOf));
  const look: Look = {
    now: situation.now,
    incident,
    remediation,
    plans,
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
  return advance(look);
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

/** What is known before the cluster is read. */
export interface Noticed {
  readonly incident: Incident;
  readonly remediation: Remediation;
  /** Whether an approval came in, good or not. */
  readonly isApproved: boolean;
}

/**
 * Whether there can be anything to do about a node, so that the cluster is read for it: not while a plan waits for people or is theirs
 * alone and its incident and the policy are the same, nor where nothing is open.
 */
export function isToBeLookedAt(
  { incident, remediation: { run }, isApproved }: Noticed,
  policy: RemediationPolicy,
): boolean {
  if (run === undefined) return incident.state === 'Open';
  if (run.phase !== 'Proposed' || incident.state !== 'Open') return true;
  const isSame = run.revision === incident.revision && run.episode === incident.episode;
  if (!isSame || run.mode === 'Auto' || run.approval !== undefined || isApproved) return true;
  return isDecidedAnew(run, policy);
}

/** Whether the policy says something else by now, be it of another plan than the one that it left to people. */
function isDecidedAnew({ mode, plan }: Run, policy: RemediationPolicy): boolean {
  if (mode !== 'Observe') return modeOf(plan, policy) !== mode;
  return isAutomated(plan) && !isObserveOnly(policy);
}

function isObserveOnly({ mode, stepModes, causeModes }: RemediationPolicy): boolean {
  const modes = [mode, ...Object.values(stepModes), ...Object.values(causeModes)];
  return modes.every((it) => it === 'Observe');
}

/** Whether a node is the one that speaks for all while a storm is on: it is looked at also while its plan waits, since that may be from before. */
export function leadsStorm(
  node: string,
  records: readonly IncidentSummary[],
  policy: RemediationPolicy,
  now: Situation['now'],
): boolean {
  return leaderOf(records, policy, now)?.node === node;
}

/** The nodes about which there can be something to do, at a tick: not those that only wait for a storm to pass that another node speaks for. */
export function nodesToLookAt(
  records: readonly Noticed[],
  policy: RemediationPolicy,
  now: Situation['now'],
): readonly string[] {
  const leader = leaderOf(records, policy, now)?.node;
  return records
    .filter((it) => {
      if (leader !== undefined && it.incident.node === leader) return true;
      const onlyWaits = leader !== undefined && it.remediation.run === undefined;
      return !onlyWaits && isToBeLookedAt(it, policy);
    })
    .map(({ incident }) => incident.node);
}
