import type { Incident } from '../domain/incidents/incident.ts';
import { revertRefused } from '../domain/remediation/advance-reverting.ts';
import { stepMade, TARGET_GONE, writeFailed } from '../domain/remediation/advance-writing.ts';
import { forgetting } from '../domain/remediation/history.ts';
import { type Next, recorded } from '../domain/remediation/look.ts';
import type { Remediation, Run } from '../domain/remediation/remediation.ts';
import { type DurationMs, durationMs } from '../domain/units.ts';
import { remediationEvent } from '../events/remediation-events.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { IncidentRecord } from './ports.ts';
import type { ClusterWriter, LeaseLock, WriteOutcome } from './remediation-ports.ts';
import { publishOutbox, type SettlePorts } from './settle.ts';
import { tellWrite } from './tell-write.ts';

/** What carrying out needs of the world. */
export interface CarryOutPorts extends SettlePorts {
  readonly writer: ClusterWriter;
  readonly lock: LeaseLock;
  readonly events: EventRecorder;
}

/** A record that has an incident. */
export type KnownRecord = IncidentRecord & { readonly incident: Incident };

/** For how long the lock is taken: longer than two ticks, each of which takes it anew. A process that died holds it no longer. */
export const LOCK_MS: DurationMs = durationMs(300_000);

/** Who we are for the lock: the same for every process that goes on with a node's remediation. */
export function lockHolder({ node, uid }: Pick<IncidentRecord, 'node' | 'uid'>): string {
  return `${node}/${uid}`;
}

/** `again`: look anew, something has changed; `rest`: nothing is to be done before the next event. */
export type CarriedOut = 'again' | 'rest';

/**
 * Does the one thing that was decided. Whoever dies anywhere in here leaves a record and a cluster from which the next look
 * leads on: what is to be written, and what takes it back, is recorded before it is written; that it was is seen in the cluster.
 *
 * @throws IncidentConflictError when somebody else wrote the record meanwhile: look anew
 * @throws SinkUnavailableError when an event could not be published; it stays in the outbox. KUBE_ errors
 */
export async function carryOut(
  next: Next,
  record: KnownRecord,
  traceparent: string | undefined,
  ports: CarryOutPorts,
): Promise<CarriedOut> {
  switch (next.kind) {
    case 'rest':
      return 'rest';
    case 'record':
      return keep(next, record, traceparent, ports);
    case 'write':
    case 'revert': {
      const { run } = record.remediation;
      if (run === undefined) throw new RangeError('nothing is written without a run');
      const following = await (next.kind === 'write' ? write : takeBack)(
        { run, step: next.step, record },
        ports,
      );
      return following === undefined ? 'again' : keep(following, record, traceparent, ports);
    }
  }
}

/** Writes down what was decided and tells it; the lock is taken before, and given back after it. */
async function keep(
  next: Next,
  record: KnownRecord,
  traceparent: string | undefined,
  ports: CarryOutPorts,
): Promise<CarriedOut> {
  if (next.kind !== 'record') return 'again';
  const { incidents, lock, clock, clusterName, log, metrics } = ports;
  const holder = lockHolder(record);
  if (next.lock === 'take' && (await lock.acquire(holder, LOCK_MS)) !== undefined) return 'rest';
  await tellMade(next.remediation, record, ports);
  const { incident, uid, node } = record;
  const told = { incident, uid, at: clock.now(), clusterName, traceparent };
  const events = next.tellings.map((it) => remediationEvent(it, told));
  const outbox = [...record.outbox, ...events];
  const written = await incidents.update({ ...record, remediation: next.remediation, outbox });
  for (const { stage, run, reason } of next.tellings) {
    metrics.remediationTold(stage, reason?.code ?? '');
    log.info({ node, run: run.number, plan: run.plan.id, code: reason?.code }, `remediation ${stage}`);
  }
  // Before it is told: while nobody listens, nobody is kept out either.
  if (next.lock === 'release') await lock.release(holder);
  await publishOutbox(written, ports);
  return 'again';
}

interface Writing {
  readonly run: Run;
  readonly step: number;
  readonly record: KnownRecord;
}

/** Has the API server try a step, then writes it. `undefined`: it is not as it was read, look anew. */
async function write({ run, step, record }: Writing, ports: CarryOutPorts): Promise<Next | undefined> {
  const { writer, clock } = ports;
  const look = { remediation: record.remediation, now: clock.now() };
  const change = run.plan.steps[step]?.change;
  if (change === undefined) return writeFailed(look, run, TARGET_GONE);
  const tried = await writer.tryOut(change);
  const outcome = tried.kind === 'made' ? await writer.write(change) : tried;
  switch (outcome.kind) {
    case 'made':
      return stepMade(look, run, outcome.generation);
    case 'conflict':
      return undefined;
    case 'gone':
      return writeFailed(look, run, TARGET_GONE);
    case 'refused':
      return writeFailed(look, run, refusal(tried, outcome.message));
  }
}

function refusal({ kind }: WriteOutcome, message: string) {
  const code = kind === 'refused' ? 'DryRunRefused' : 'WriteRefused';
  return { code, message: `The API server does not take the change: ${message}`.slice(0, 1_000) };
}

/** Takes out what a step put in. */
async function takeBack({ run, step, record }: Writing, ports: CarryOutPorts): Promise<Next | undefined> {
  const { writer, clock } = ports;
  const { remediation } = record;
  const kept = remediation.changes.find((it) => it.run === run.number && it.step === step);
  if (kept === undefined) return undefined;
  const outcome = await writer.revert(kept.change);
  switch (outcome.kind) {
    case 'made':
      await tellWrite({ what: 'reverted', change: kept.change, ...stepOf(run, step), record }, ports);
      return recorded(forgetting(remediation, run.number, step));
    case 'gone':
      return recorded(forgetting(remediation, run.number, step));
    case 'conflict':
      return undefined;
    case 'refused':
      return revertRefused({ remediation, now: clock.now() }, run, outcome.message);
  }
}

/**
 * A step that was seen to be made is told as an Event of its object too, before it is recorded: whoever comes after a crash finds it made, and
 * tells it once more under the same name.
 */
async function tellMade(next: Remediation, record: KnownRecord, ports: CarryOutPorts): Promise<void> {
  const { run } = record.remediation;
  const change = run?.plan.steps[run.step]?.change;
  const after = next.run;
  if (run?.phase !== 'Writing' || change === undefined || after === undefined || after.step <= run.step)
    return;
  await tellWrite({ what: 'made', change, ...stepOf(run, run.step), record }, ports);
}

/** What is told of a step. */
function stepOf({ number, plan, approval }: Run, step: number) {
  const { code: action = 'Remediate', summary = '' } = plan.steps[step] ?? {};
  return { run: number, step, action, summary, by: approval?.by ?? 'policy' };
}
