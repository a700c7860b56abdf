import { annotatedApproval, approvalOf, isApproval } from '../../shared/domain/remediation/approval.ts';
import { isToBeLookedAt, leadsStorm, nodesToLookAt } from '../../shared/domain/remediation/attention.ts';
import type { Approval, Remediation } from '../../shared/domain/remediation/remediation.ts';
import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
import { IncidentConflictError } from '../../shared/errors/errors.ts';
import { parseApproval } from '../../shared/events/approval-request.ts';
import { parseAuditRequest } from '../../shared/events/audit-events.ts';
import type { EventType } from '../../shared/events/define-event.ts';
import type { IncidentData } from '../../shared/events/incident-data.ts';
import {
  incidentDiagnosed,
  incidentOpened,
  incidentResolved,
  incidentUpdated,
  sourceOf,
} from '../../shared/events/incident-events.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { remediationApproved } from '../../shared/events/reaction-events.ts';
import { type ApprovalVerifier, type CheckedApproval, checkApproval } from '../../shared/runtime/approval.ts';
import {
  type CarryOutPorts,
  carryOut,
  type KnownRecord,
  LOCK_MS,
  lockHolder,
} from '../../shared/runtime/carry-out.ts';
import { forEachOf } from '../../shared/runtime/for-each-of.ts';
import { LatestOnly, type LatestOnlyPorts } from '../../shared/runtime/latest-only.ts';
import type { IncidentRecord, IncidentStore } from '../../shared/runtime/ports.ts';
import { readChangeStates, readSituation, type SituationPorts } from '../../shared/runtime/read-situation.ts';
import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import { refuseOverfull } from '../../shared/runtime/settle.ts';
import { decide } from './decide.ts';
import { manifest } from './manifest.ts';

/** What the function needs of the world. */
export interface RemediatePorts extends CarryOutPorts, SituationPorts, LatestOnlyPorts {
  readonly incidents: IncidentStore;
  /** What may be done without asking, and when: what the file of `REMEDIATE_CONFIG` says. */
  readonly remediation: RemediationPolicy;
  /** Believes signed links; `undefined` when no key is configured. */
  readonly approvals: ApprovalVerifier | undefined;
}

const INCIDENT_EVENTS: readonly EventType<string, IncidentData>[] = [
  incidentOpened,
  incidentUpdated,
  incidentDiagnosed,
  incidentResolved,
];

/** More things than a run does from its proposal to its end, without waiting. */
const MAX_ROUNDS = 20;

/** Every event only says that it is time to look, but for an approval, which is kept until the look that it waits for. */
export function createFunction(ports: RemediatePorts): ServerlessFunction {
  const lanes = new LatestOnly<void>(ports);
  const waiting = new Map<string, CheckedApproval[]>();
  const types: ReadonlySet<string> = new Set(manifest.consumes.map(({ type }) => type));
  const look = (node: string, traceparent: string | undefined): Promise<void> =>
    lanes.run(node, async () => {
      const approvals = waiting.get(node) ?? [];
      waiting.delete(node);
      await remediateNode(node, { approvals, traceparent }, ports);
    });
  return {
    manifest,
    async handle(event) {
      if (!types.has(event.type) || isOwnApproval(event, ports)) return 'ignored';
      if (event.type === remediationApproved.type) {
        const approval = await checkApproval(parseApproval(event), ports.approvals);
        const { node } = approval.request;
        waiting.set(node, [...(waiting.get(node) ?? []), approval]);
        await look(node, event.traceparent);
        return 'done';
      }
      const incident = INCIDENT_EVENTS.find(({ type }) => type === event.type);
      const nodes =
        incident === undefined ? await nodesAtTick(event, ports) : [incident.parse(event).node.name];
      await forEachOf(nodes, (node) => look(node, event.traceparent));
      return 'done';
    },
  };
}

/** What we say of an approval that we took is not one. */
function isOwnApproval({ type, source, data }: IncomingEvent, { clusterName }: RemediatePorts): boolean {
  const hasToken = typeof data === 'object' && data !== null && 'token' in data;
  return type === remediationApproved.type && source === sourceOf(clusterName) && !hasToken;
}

/** At a tick, every node about which there can be something to do. */
async function nodesAtTick(event: IncomingEvent, ports: RemediatePorts): Promise<readonly string[]> {
  parseAuditRequest(event);
  const known = await knownRecords(ports);
  const noticed = known.map((it) => ({ ...it, isApproved: it.approval !== undefined }));
  return nodesToLookAt(noticed, ports.remediation, ports.clock.now());
}

async function knownRecords({ incidents }: RemediatePorts): Promise<readonly KnownRecord[]> {
  const records = await incidents.list();
  return records.filter(isKnown);
}

function isKnown(record: IncidentRecord | undefined): record is KnownRecord {
  return record?.incident !== undefined;
}

interface Asked {
  readonly approvals: readonly CheckedApproval[];
  readonly traceparent: string | undefined;
}

/** Looks, decides, does one thing, and looks again, until nothing is left to do now. */
async function remediateNode(node: string, asked: Asked, ports: RemediatePorts): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    try {
      if ((await once(node, asked, ports)) === 'rest') return;
    } catch (error) {
      // Somebody else wrote the record meanwhile, a judgement for instance: what was decided is not true any more.
      if (!(error instanceof IncidentConflictError) || round === MAX_ROUNDS - 1) throw error;
    }
  }
}

/** One look, and the one thing that follows from it. The record is read first: then whoever writes it saw the newest. */
async function once(
  node: string,
  { approvals, traceparent }: Asked,
  ports: RemediatePorts,
): Promise<'again' | 'rest'> {
  const record = await ports.incidents.get(node);
  if (!isKnown(record)) return 'rest';
  const approval = takenApproval(record, approvals, ports);
  if (await isIdle(record, approval !== undefined, ports)) return 'rest';
  const { remediation: memory } = record;
  if (isUnderWay(memory)) await ports.lock.acquire(lockHolder(record), LOCK_MS);
  else refuseOverfull(record);
  const situation = await readSituation(node, ports);
  const changeStates = await readChangeStates(memory, ports.writer);
  const seen = { summary: record, situation, approval, changeStates, lockHolder: lockHolder(record) };
  return carryOut(decide(seen, ports.remediation), record, traceparent, ports);
}

function isUnderWay({ run }: Remediation): boolean {
  return run !== undefined && run.phase !== 'Proposed';
}

/** Whether nothing can be to do. Only where a plan waits it matters who leads a storm. */
async function isIdle(record: KnownRecord, isApproved: boolean, ports: RemediatePorts): Promise<boolean> {
  const { remediation: policy, clock } = ports;
  if (isToBeLookedAt({ ...record, isApproved }, policy)) return false;
  if (record.remediation.run === undefined) return true;
  return !leadsStorm(record.node, await knownRecords(ports), policy, clock.now());
}

/** The first approval that is good for what is proposed: one that came as an event, or that of the record's annotation. */
function takenApproval(
  { node, uid, incident, remediation: { run }, approval: annotated }: KnownRecord,
  approvals: readonly CheckedApproval[],
  { remediation: policy, clock, log }: RemediatePorts,
): Approval | undefined {
  const context = { policy, now: clock.now(), incident, run };
  const answers = [
    ...approvals.map(({ request, token }) => approvalOf(request, { ...context, token, uid })),
    ...(annotated === undefined || run?.approval !== undefined
      ? []
      : [annotatedApproval(annotated, context)]),
  ];
  for (const answer of answers) {
    if (isApproval(answer)) return answer;
    if (answer.code !== 'NothingToApprove') log.warn({ node, code: answer.code }, answer.message);
  }
  return undefined;
}
