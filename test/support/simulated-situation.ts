import { KUBEVIRT_TYPES, ORPHAN_INCIDENT, TYPES } from '../../infra/local/simulation/api/resource-type.ts';
import type { SimulatedApi } from '../../infra/local/simulation/api/simulated-api.ts';
import { FactsCollector } from '../../shared/domain/facts-collector.ts';
import { judgeCluster } from '../../shared/domain/judge-cluster.ts';
import { mitigationContexts } from '../../shared/domain/mitigations/mitigation-context.ts';
import { type ClusterObject, KINDS } from '../../shared/domain/objects.ts';
import { budgetOf, eligibleNodes } from '../../shared/domain/remediation/budget.ts';
import { evaluateGates } from '../../shared/domain/remediation/gates.ts';
import { harmOf } from '../../shared/domain/remediation/harm.ts';
import { ownerObjections } from '../../shared/domain/remediation/owner-objections.ts';
import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
import type { IncidentSummary, Situation } from '../../shared/domain/remediation/situation.ts';
import { parseIncident } from '../../shared/kubernetes/incident-resource.ts';
import { holdOf, type Lease, OWN_LEASE } from '../../shared/kubernetes/lease.ts';
import { type KnownRecord, lockHolder } from '../../shared/runtime/carry-out.ts';

const TYPE_OF = {
  Node: TYPES.node,
  Pod: TYPES.pod,
  DaemonSet: TYPES.daemonSet,
  VirtualMachineInstance: KUBEVIRT_TYPES.vmi,
  KubeVirt: KUBEVIRT_TYPES.kubeVirt,
} as const;

/** All records that have an incident, as they are stored at this moment. */
export function storedRecords(api: SimulatedApi): readonly KnownRecord[] {
  return api.list(ORPHAN_INCIDENT).flatMap((resource) => {
    const record = parseIncident(resource);
    return 'field' in record || record.incident === undefined ? [] : [record as KnownRecord];
  });
}

/** What is so at this very moment, whatever anybody has read: in one piece, as nothing else can read it. */
export function situationNow(api: SimulatedApi, node: string): Situation {
  const now = api.time.now();
  const collector = new FactsCollector();
  for (const kind of KINDS) {
    collector.markRead(kind);
    for (const object of api.list(TYPE_OF[kind])) collector.add(object as unknown as ClusterObject);
  }
  const facts = collector.finish((kind) => ({ code: 'Forbidden', kind, message: '' }), now);
  const incidents = storedRecords(api).map(
    ({ incident, remediation }): IncidentSummary => ({ incident, remediation }),
  );
  const lease = api.list(TYPES.lease).find(({ metadata }) => metadata.name === OWN_LEASE);
  const none = { value: undefined };
  return {
    now,
    node,
    facts,
    judgement: judgeCluster(facts),
    evidence: undefined,
    incidents: { value: incidents },
    interlocks: {
      ownLock: { value: lease && holdOf(lease as Pick<Lease, 'spec'>, now) },
      nodeLease: none,
      maintenances: { value: [] },
      migrations: { value: [] },
      platformUpdate: none,
    },
  };
}

/** The gates that are closed at this moment for what a record is about to write, each with what it says. */
export function closedNow(
  record: KnownRecord,
  situation: Situation,
  policy: RemediationPolicy,
): readonly string[] {
  const { run } = record.remediation;
  const judged = situation.judgement.nodes.find(({ name }) => name === record.node);
  if (run === undefined || judged === undefined) return ['there is no run, or no node'];
  const { facts, judgement, evidence } = situation;
  const context = mitigationContexts(facts, judgement, evidence)(judged);
  const gates = evaluateGates({
    plan: run.plan,
    summary: record,
    situation,
    policy,
    approval: run.approval,
    ownerObjections: ownerObjections(run.plan, context),
    harms: harmOf(run.plan, context),
    lockHolder: lockHolder(record),
  });
  return gates.filter(({ open }) => !open).map(({ code, message }) => `${code}: ${message}`);
}

/** How many nodes may be touched at this moment. */
export function budgetNow(situation: Situation, { budget }: RemediationPolicy): number {
  const eligible = eligibleNodes(situation);
  return 'value' in eligible ? budgetOf(budget, eligible.value.length) : 0;
}
