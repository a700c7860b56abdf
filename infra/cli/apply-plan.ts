import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident } from '../../shared/domain/incidents/incident.ts';
import type { Gate } from '../../shared/domain/remediation/gate.ts';
import { closedGates } from '../../shared/domain/remediation/gate.ts';
import type { Attempt, Run } from '../../shared/domain/remediation/remediation.ts';
import { type DurationMs, durationMs, formatTimestamp } from '../../shared/domain/units.ts';
import { incidentEvent } from '../../shared/events/incident-events.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { remediationApproved } from '../../shared/events/reaction-events.ts';
import type { KnownRecord } from '../../shared/runtime/carry-out.ts';
import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import { loadFunction } from '../server/catalog.ts';
import { createApplyProgress } from './apply-progress.ts';
import { findPlans, lookLive } from './find-plans.ts';
import type { Session } from './remediation-session.ts';

/** How applying ended. */
export type Applied =
  | { readonly kind: 'nothing' | 'unknown' | 'refused' | 'stopped'; readonly message: string }
  | { readonly kind: 'closed'; readonly message: string; readonly gates: readonly Gate[] }
  | { readonly kind: 'ended'; readonly attempt: Attempt };

export interface Applying {
  readonly session: Session;
  /** Takes a line for people. */
  readonly say: (line: string) => void;
  /** Ends the waiting; what was begun goes on in the record. */
  readonly signal: AbortSignal;
}

/** Between two looks: each reads the cluster once. */
const BETWEEN_LOOKS_MS: DurationMs = durationMs(2_000);

/**
 * Carries out the plan for a node by the function `remediate` itself, with the person's word as its approval: through the same gates and states,
 * in the same record. So whoever comes next, a function or this command again, goes on where it was left.
 *
 * @throws KUBE_ errors, also when there is nowhere to keep the record; IncidentConflictError, OverloadedError
 */
export async function applyPlan(node: string, applying: Applying): Promise<Applied> {
  const { session, say } = applying;
  await session.world.check();
  const before = await session.ports.incidents.get(node);
  const remediate = (await loadFunction('remediate'))(session.ports);
  const { run } = before?.remediation ?? {};
  if (run !== undefined && run.phase !== 'Proposed') {
    say(`going on with plan ${run.plan.id}, approved by ${run.approval?.by ?? 'the policy'}`);
    return follow(node, run.number, remediate, applying);
  }
  const record = await openIncident(node, session);
  if ('kind' in record) return record;
  const started = await start(record, remediate, applying);
  return 'kind' in started ? started : follow(node, started.number, remediate, applying);
}

/** Judges the node, as whatever watches it would, so that there is a record in which everything is kept; then says why. */
async function openIncident(node: string, { ports, config }: Session): Promise<KnownRecord | Applied> {
  const { seen } = await ports.judge.judge(node, undefined, ports.clock.now());
  const record = await ports.incidents.get(node);
  if (seen.verdict === 'Unknown')
    return { kind: 'unknown', message: `whether ${node} is orphaned cannot be told: not all could be read` };
  if (record?.incident?.state === 'Suspected') {
    const graceS = config.graceMs / 1_000;
    const message = `${node} is suspected since ${formatTimestamp(record.incident.since)}, which may pass by itself: it is an incident after ${graceS} s (GRACE_SECONDS). Try again then`;
    return { kind: 'refused', message };
  }
  if (!isOpen(record))
    return { kind: 'nothing', message: `${node} is ${seen.verdict}: nothing is to be done` };
  const diagnose = (await loadFunction('diagnose'))(ports);
  await diagnose.handle(lookEvent(record, ports));
  const diagnosed = await ports.incidents.get(node);
  return isOpen(diagnosed) ? diagnosed : record;
}

function isOpen(record: { readonly incident: Incident | undefined } | undefined): record is KnownRecord {
  return record?.incident?.state === 'Open';
}

/** Has a plan proposed, and approves it when all gates are open then: an approval is never left behind for later. */
async function start(
  { node }: KnownRecord,
  remediate: ServerlessFunction,
  { session, say }: Applying,
): Promise<Run | Applied> {
  const { ports, policy, by } = session;
  const proposed = await lookAgain(node, remediate, session);
  const run = proposed?.remediation.run;
  if (proposed === undefined || run === undefined)
    return {
      kind: 'refused',
      message: `no plan is proposed for ${node}: all were tried, or a storm is led by another node`,
    };
  if (run.phase !== 'Proposed') return run;
  const approval = { by, at: ports.clock.now(), revision: run.revision, planId: run.plan.id };
  const { plans } = findPlans(await lookLive(node, session), policy, approval);
  const gates = plans.find(({ plan }) => plan.id === run.plan.id)?.gates ?? run.gates;
  if (closedGates(gates).length > 0)
    return { kind: 'closed', message: `plan ${run.plan.id} is refused: ${whatToChange(run)}`, gates };
  say(`plan ${run.plan.id}: ${run.plan.steps.map(({ summary }) => summary).join(' Then: ')}`);
  await remediate.handle(approvalEvent(proposed, run, session));
  return run;
}

function whatToChange({ mode, plan }: Run): string {
  const steps = plan.steps.map(({ code }) => code).join(', ');
  return mode === 'Observe'
    ? `its mode is Observe; set mode, steps.${steps} or causes.${plan.cause} to Approve in the file, or do by hand what it says`
    : 'it is carried out when all gates are open, so try again then';
}

/** Looks, and waits, and looks, until the run is over. */
async function follow(
  node: string,
  number: number,
  remediate: ServerlessFunction,
  { session, say, signal }: Applying,
): Promise<Applied> {
  const { ports } = session;
  const progress = createApplyProgress({ nodes: session.world.nodes, clock: ports.clock, say });
  while (!signal.aborted) {
    // Said before it is looked at again, which may find it over.
    const { run } = (await ports.incidents.get(node))?.remediation ?? {};
    if (run !== undefined) await progress.tell(run);
    if (signal.aborted) break;
    const record = await lookAgain(node, remediate, session);
    const over = endOf(record, number);
    if (over !== undefined) {
      // Nobody else may be there to see that the node has recovered.
      await ports.judge.judge(node, undefined, ports.clock.now());
      return over;
    }
    await sleep(BETWEEN_LOOKS_MS, undefined, { signal }).catch(() => undefined);
  }
  return {
    kind: 'stopped',
    message: `the plan goes on in the record: \`kubevirt-orphans remediate ${node} --apply\` takes it up again, and so does the function remediate where it runs`,
  };
}

function endOf(record: KnownRecord | undefined, number: number): Applied | undefined {
  const attempt = record?.remediation.attempts.find((it) => it.number === number);
  if (attempt !== undefined) return { kind: 'ended', attempt };
  const run = record?.remediation.run;
  if (record === undefined || run?.number !== number)
    return { kind: 'refused', message: 'the record of the incident is gone, and the plan with it' };
  if (run.phase !== 'Proposed') return undefined;
  return {
    kind: 'closed',
    message: `plan ${run.plan.id} is refused before anything was written${whileApproved(run)}`,
    gates: run.gates,
  };
}

/** A gate that closed after the approval does not end it. */
function whileApproved({ approval }: Run): string {
  return approval === undefined
    ? ''
    : '; the approval stays good for a while, in which the function remediate, where it runs, may carry it out';
}

/** Has the function look at the node now. @returns the record after that */
async function lookAgain(
  node: string,
  remediate: ServerlessFunction,
  { ports }: Session,
): Promise<KnownRecord | undefined> {
  const known = (record: Awaited<ReturnType<typeof ports.incidents.get>>): KnownRecord | undefined =>
    record?.incident === undefined ? undefined : { ...record, incident: record.incident };
  const before = known(await ports.incidents.get(node));
  if (before === undefined) return undefined;
  await remediate.handle(lookEvent(before, ports));
  return known(await ports.incidents.get(node));
}

/** An event that says no more than that it is time to look; it is published nowhere. */
function lookEvent({ incident, uid }: KnownRecord, { clock, clusterName }: Session['ports']): IncomingEvent {
  const at = clock.now();
  return {
    ...incidentEvent(incident, { announcement: 'updated', uid, at, clusterName, traceparent: undefined }),
  };
}

function approvalEvent({ uid, node }: KnownRecord, run: Run, { ports, by }: Session): IncomingEvent {
  const { episode, revision, plan } = run;
  return {
    specversion: '1.0',
    id: `approve.${uid}.${episode}.${revision}.${plan.id}`,
    source: by,
    type: remediationApproved.type,
    subject: `nodes/${node}`,
    time: formatTimestamp(ports.clock.now()),
    data: { node: { name: node }, incident: { uid, episode, revision }, plan: { id: plan.id }, by },
  };
}
