import { type JudgedPlan, judgePlans } from '../../functions/remediate/decide.ts';
import type { ClusterReader } from '../../shared/domain/cluster-facts.ts';
import type { Incident } from '../../shared/domain/incidents/incident.ts';
import { observeNode } from '../../shared/domain/incidents/observation.ts';
import { transition } from '../../shared/domain/incidents/transition.ts';
import type { ChangeState } from '../../shared/domain/mitigations/cluster-change.ts';
import type { GateCode } from '../../shared/domain/remediation/gate.ts';
import { type Approval, NO_REMEDIATION } from '../../shared/domain/remediation/remediation.ts';
import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
import type { IncidentSummary, Interlocks, Situation } from '../../shared/domain/remediation/situation.ts';
import { type Clock, durationMs } from '../../shared/domain/units.ts';
import { FunctionError, UsageError } from '../../shared/errors/errors.ts';
import type { PlanFindings } from '../../shared/report/remediation-plan.ts';
import { lockHolder } from '../../shared/runtime/carry-out.ts';
import type { IncidentRecord } from '../../shared/runtime/ports.ts';
import { lookAt, readSituation } from '../../shared/runtime/read-situation.ts';
import type { Session } from './remediation-session.ts';

/** What was read to find plans by. */
export interface PlanLook {
  readonly situation: Situation;
  /** `undefined` when there is none, or it was not read. */
  readonly record: IncidentRecord | undefined;
  readonly isRecordRead: boolean;
  readonly notes: readonly string[];
}

/** Reads a live cluster. @throws KUBE_ errors when it cannot be read; without its records gates are closed */
export async function lookLive(node: string, { ports }: Pick<Session, 'ports'>): Promise<PlanLook> {
  const read = await ports.incidents.get(node).catch((error: unknown) => {
    if (error instanceof FunctionError) return error;
    throw error;
  });
  const situation = await readSituation(node, ports);
  if (read instanceof FunctionError)
    return {
      situation,
      record: undefined,
      isRecordRead: false,
      notes: [`the record was not read: ${read.message}. ${read.remedy}`],
    };
  const notes =
    read === undefined ? ['there is no record of an incident: --apply judges the node first'] : [];
  return { situation, record: read, isRecordRead: true, notes };
}

const UNTOLD = { unreadable: 'a dump does not tell' };
const NO_INTERLOCKS: Interlocks = {
  ownLock: UNTOLD,
  nodeLease: UNTOLD,
  maintenances: UNTOLD,
  migrations: UNTOLD,
  platformUpdate: UNTOLD,
};

/** Reads a dump: what only a live cluster tells keeps its gates closed. */
export async function lookAtDump(node: string, cluster: ClusterReader, clock: Clock): Promise<PlanLook> {
  const seen = await lookAt(node, cluster);
  const situation = { now: clock.now(), node, ...seen, incidents: UNTOLD, interlocks: NO_INTERLOCKS };
  return {
    situation,
    record: undefined,
    isRecordRead: false,
    notes: ['a dump has no records, locks and leases: gates that need them are closed'],
  };
}

/**
 * The plans for a node that is orphaned, with every gate.
 *
 * @param approval - what the gates are judged with; none unless told
 * @throws UsageError when there is no such node
 */
export function findPlans(
  { situation, record, isRecordRead, notes }: PlanLook,
  policy: RemediationPolicy,
  approval?: Approval,
): PlanFindings {
  const { node: name, judgement } = situation;
  const node = judgement.nodes.find((it) => it.name === name);
  if (node === undefined) {
    const remedy = `Check the name, for instance with: kubectl get nodes (${judgement.nodes.length} were read).`;
    throw new UsageError(`no node "${name}" in this cluster`, remedy);
  }
  const known = record?.incident && { incident: record.incident, remediation: record.remediation };
  const problems = judgement.problems.map(({ message }) => message);
  const found = { node, record: known, notes: [...notes, ...problems] };
  const summary = known ?? supposed(situation);
  if (node.verdict !== 'Orphaned' || summary === undefined) return { ...found, plans: [] };
  const holder = record === undefined ? '' : lockHolder(record);
  const seen = { summary, situation, approval, changeStates: NOTHING_WRITTEN, lockHolder: holder };
  const plans = judgePlans(seen, policy);
  return { ...found, plans: isRecordRead ? plans : plans.map(withoutRecord) };
}

/** What rests on the record: what it says of a node that nobody has read it of cannot be told. */
const RECORD_GATES: ReadonlySet<GateCode> = new Set([
  'OldEnough',
  'Approved',
  'Cooldown',
  'NotBlocked',
  'NotExhausted',
  'Uncontested',
]);

function withoutRecord({ gates, ...plan }: JudgedPlan): JudgedPlan {
  const message = 'It cannot be told: the record of the incident was not read.';
  return {
    ...plan,
    gates: gates.map((gate) => (RECORD_GATES.has(gate.code) ? { ...gate, open: false, message } : gate)),
  };
}

const NOTHING_WRITTEN: ReadonlyMap<string, ChangeState> = new Map();

/** The incident that a judgement would make of the node now. */
function supposed({ facts, node, now }: Situation): IncidentSummary | undefined {
  const next = transition(undefined, observeNode(facts, node), { graceMs: durationMs(0) }, now);
  const incident: Incident | undefined = next.kind === 'changed' ? next.next : undefined;
  return incident && { incident, remediation: NO_REMEDIATION };
}
