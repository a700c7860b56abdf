import { type DurationMs, durationMs, elapsedMs } from '../units.ts';
import { choosePlan } from './choose-plan.ts';
import { closedGates, firstClosed, type Gate } from './gate.ts';
import { changeKey, contested, ended, forgetting, remembering } from './history.ts';
import { type Look, type Next, REST, recorded, telling } from './look.ts';
import type { Plan } from './plan.ts';
import type { Reason } from './reason.ts';
import type { Approval, Remediation, Run } from './remediation.ts';

/** `diagnose` answers within seconds; without it a plan is made after this time. */
const DIAGNOSIS_WAIT_MS: DurationMs = durationMs(60_000);

/** Proposes the smallest plan that is left, for an incident that is open and was diagnosed. */
export function propose(look: Look): Next {
  const { incident, remediation, now } = look;
  if (incident.state !== 'Open') return REST;
  const memory = withoutLost(look);
  if (memory !== remediation) return recorded(memory);
  if (!isDiagnosed(look)) return REST;
  const plan = chosen(look);
  if (plan === undefined) return REST;
  const run: Run = {
    number: remediation.runs + 1,
    plan,
    episode: incident.episode,
    revision: incident.revision,
    mode: look.modeOf(plan),
    phase: 'Proposed',
    since: now,
    proposedAt: now,
    approval: undefined,
    startedAt: undefined,
    step: 0,
    written: [],
    withoutHandler: [],
    successSince: undefined,
    gates: look.gatesOf(plan, undefined),
    refusedFor: [],
    refusals: 0,
    failure: undefined,
  };
  return recorded({ ...remediation, run, runs: run.number }, [telling('proposed', run)]);
}

/**
 * The memory without what we had written in earlier runs and somebody else took back: that is why the node is orphaned again, and two who write against
 * each other would go on for ever.
 */
function withoutLost({ remediation, changeStates, now }: Look): Remediation {
  const lost = remediation.changes.filter(
    ({ run, step }) => (changeStates.get(changeKey(run, step)) ?? 'made') !== 'made',
  );
  return lost.reduce((memory, { run, step, change, at }) => {
    const { kind, name } = change.target;
    const isOurs = changeStates.get(changeKey(run, step)) !== 'gone';
    const known = isOurs ? contested(memory, { writtenAt: at, what: `${kind} ${name}` }, now) : memory;
    return forgetting(known, run, step);
  }, remediation);
}

function isDiagnosed({ incident: { diagnosis, openedAt }, now }: Look): boolean {
  return diagnosis !== undefined || (openedAt !== undefined && elapsedMs(openedAt, now) >= DIAGNOSIS_WAIT_MS);
}

function chosen({ plans, remediation, incident, modeOf }: Look): Plan | undefined {
  return choosePlan(plans, remediation, incident.episode, modeOf);
}

/** Withdraws what no longer fits, takes an approval, starts when every gate is open, and says why when one is not. */
export function advanceProposed(look: Look, run: Run): Next {
  const outdated = whyOutdated(look, run);
  if (outdated !== undefined) {
    return withdraw(look, run, outdated);
  }
  // Made anew: the objects are of newer versions, the steps are the same.
  const current: Run = { ...run, plan: chosen(look) ?? run.plan };
  if (look.approval !== undefined && run.approval === undefined) {
    // Whoever approves is told what stands against it, also what was told to somebody before.
    const approved: Run = { ...current, approval: look.approval, refusedFor: [] };
    return recorded({ ...look.remediation, run: approved }, [telling('approved', approved)]);
  }
  const gates = look.gatesOf(current.plan, run.approval);
  return closedGates(gates).length === 0 ? start(look, { ...current, gates }) : refuse(look, current, gates);
}

/** Whoever approved it, or approves it now, is told that nothing comes of it. */
function withdraw({ remediation, approval, now }: Look, run: Run, reason: Reason): Next {
  const isApproved = run.approval !== undefined || approval !== undefined;
  const told: Run = { ...run, refusals: run.refusals + 1 };
  return recorded(
    ended(remediation, run, { outcome: 'Withdrawn', reason, now }),
    isApproved ? [telling('refused', told, reason)] : [],
  );
}

function whyOutdated(look: Look, { plan, episode, revision, mode }: Run): Reason | undefined {
  const { incident } = look;
  if (incident.state !== 'Open')
    return {
      code: 'NotOpen',
      message: `The incident is ${incident.state}: nothing has to be done any more.`,
    };
  if (incident.episode !== episode || incident.revision !== revision) {
    const message = `The incident has changed: it was made for revision ${revision}, which is ${incident.revision} now.`;
    return { code: 'IncidentChanged', message };
  }
  const now = chosen(look);
  if (now === undefined || now.id !== plan.id)
    return { code: 'PlanChanged', message: 'The cluster has changed: another plan is the right one now.' };
  if (look.modeOf(now) !== mode)
    return { code: 'PolicyChanged', message: 'The policy has changed since it was proposed.' };
  return undefined;
}

/** Whoever wrote the first step would find it here, and what takes it back. */
function start({ remediation, withoutHandler, now }: Look, run: Run): Next {
  const isByPolicy = run.approval === undefined;
  const approval: Approval = run.approval ?? {
    by: 'policy',
    at: now,
    revision: run.revision,
    planId: run.plan.id,
  };
  const started: Run = {
    ...run,
    approval,
    phase: 'Writing',
    since: now,
    startedAt: now,
    step: 0,
    withoutHandler,
  };
  const [first] = run.plan.steps;
  const base = { ...remediation, run: started };
  const next = first?.change === undefined ? base : remembering(base, started, first.change, now);
  const tellings = [...(isByPolicy ? [telling('approved', started)] : []), telling('started', started)];
  return { kind: 'record', remediation: next, tellings, lock: 'take' };
}

/**
 * Tells why what was approved, or needs no approval, is not carried out: once for each gate. An approval that is not good any more is dropped, so
 * that another one can be given.
 */
function refuse({ remediation }: Look, run: Run, gates: readonly Gate[]): Next {
  const closed = closedGates(gates);
  const before = closedGates(run.gates);
  const waitsOnly = run.approval === undefined && run.mode !== 'Auto';
  const news = waitsOnly ? [] : closed.filter((code) => !run.refusedFor.includes(code));
  const approval = closed.includes('Approved') ? undefined : run.approval;
  if (news.length === 0 && approval === run.approval && closed.join() === before.join()) return REST;
  const isNews = news.length > 0;
  const next: Run = {
    ...run,
    gates,
    approval,
    refusedFor: isNews ? [...run.refusedFor, ...news] : run.refusedFor,
    refusals: run.refusals + (isNews ? 1 : 0),
  };
  const reason = firstClosed(gates);
  return recorded({ ...remediation, run: next }, isNews ? [telling('refused', next, reason)] : []);
}
