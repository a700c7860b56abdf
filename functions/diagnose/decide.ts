import type { Cause } from '../../shared/domain/causes/cause.ts';
import type { ExplainedNode } from '../../shared/domain/causes/explain-cluster.ts';
import type { ClusterFacts } from '../../shared/domain/cluster-facts.ts';
import type { EvidenceFacts, EvidenceRequest } from '../../shared/domain/evidence-facts.ts';
import { evidenceRequest, hasCauses } from '../../shared/domain/evidence-request.ts';
import { explain } from '../../shared/domain/explanation.ts';
import { assessImpact, type VmiImpact } from '../../shared/domain/impact/assess-impact.ts';
import type { Incident, IncidentDiagnosis } from '../../shared/domain/incidents/incident.ts';
import { installedKubeVirt } from '../../shared/domain/installation.ts';
import {
  type ClusterJudgement,
  judgeCluster,
  type NodeJudgement,
} from '../../shared/domain/judge-cluster.ts';
import type { Mitigation } from '../../shared/domain/mitigations/mitigation.ts';
import { oddEvents } from '../../shared/domain/odd-objects.ts';
import type { Problem } from '../../shared/domain/problems.ts';
import { runbookSteps } from '../../shared/domain/runbook/runbook-steps.ts';
import type { RunbookStep } from '../../shared/domain/runbook/step.ts';
import type { EpochMs } from '../../shared/domain/units.ts';

/** The node as it was judged, and where to look for why. */
export interface Judged {
  readonly kind: 'judged';
  readonly whole: ClusterJudgement;
  readonly node: NodeJudgement;
  /** `undefined` when the node needs none. */
  readonly evidence: EvidenceRequest | undefined;
}

export type Decision = Judged | { readonly kind: 'no-such-node'; readonly known: number };

/** Judges one node. Same facts, same answer. */
export function decide(facts: ClusterFacts, name: string): Decision {
  const whole = judgeCluster(facts);
  const node = whole.nodes.find((it) => it.name === name);
  if (node === undefined) return { kind: 'no-such-node', known: whole.nodes.length };
  return { kind: 'judged', whole, node, evidence: evidenceRequest({ ...whole, nodes: [node] }) };
}

/** One node, explained as far as what was read explains it. */
export interface Diagnosis {
  readonly node: ExplainedNode;
  /** The runbook's six, in its order. */
  readonly steps: readonly RunbookStep[];
  readonly mitigationsFor: (node: NodeJudgement, cause: Cause) => readonly Mitigation[];
  /** Of every VMI on an orphaned or endangered node; empty for any other. */
  readonly impact: readonly VmiImpact[];
  /** What could not be read or told, missing evidence included. */
  readonly problems: readonly Problem[];
}

/** Says why, what would help and what is lost. Same facts and evidence, same answer. */
export function diagnose(
  facts: ClusterFacts,
  { whole, node }: Judged,
  evidence: EvidenceFacts | undefined,
): Diagnosis {
  const { nodes, mitigationsFor } = explain(facts, whole, [node], evidence);
  const [explained = { ...node, causes: [] }] = nodes;
  return {
    node: explained,
    steps: runbookSteps(facts, whole, node),
    mitigationsFor,
    impact: hasCauses(node) ? impactOf(facts, whole, node, evidence) : [],
    problems: [...whole.problems, ...(evidence?.unread.values() ?? []), ...oddEvents(evidence?.events ?? [])],
  };
}

function impactOf(
  facts: ClusterFacts,
  { installation }: ClusterJudgement,
  { vmis }: NodeJudgement,
  evidence: EvidenceFacts | undefined,
): readonly VmiImpact[] {
  const kubeVirt = installedKubeVirt(facts, installation.namespace);
  const vms = new Map(
    (evidence?.vms ?? []).map((vm) => [`${vm.metadata.namespace}/${vm.metadata.name}`, vm]),
  );
  return vmis.flatMap(({ details }) => {
    if (details === undefined) return [];
    const owner = details.metadata.ownerReferences?.find(({ controller }) => controller === true);
    const vm = vms.get(`${details.metadata.namespace}/${owner?.name}`);
    return [assessImpact(details, vm, kubeVirt)];
  });
}

/** A diagnosis as an incident keeps it. */
export function toIncidentDiagnosis({ node, mitigationsFor }: Diagnosis, now: EpochMs): IncidentDiagnosis {
  const causes = node.causes.map((cause) => {
    const { code, certainty, origin, summary } = cause;
    const mitigations = mitigationsFor(node, cause).map((it) => ({
      code: it.code,
      summary: it.summary,
      command: it.command,
      risk: it.risk,
      owner: it.owner,
    }));
    return { code, certainty, origin, summary, mitigations };
  });
  return { diagnosedAt: now, causes };
}

/**
 * The incident with a diagnosis; `undefined` when it says nothing new. Summaries and commands tell counts, versions and
 * times, which change without anything having happened: what counts is which causes, and what would help.
 */
export function diagnosed(incident: Incident, diagnosis: IncidentDiagnosis): Incident | undefined {
  const key = ({ causes }: IncidentDiagnosis) =>
    JSON.stringify(
      causes.map(({ code, certainty, origin, mitigations }) => [
        code,
        certainty,
        origin,
        mitigations.map((it) => it.code),
      ]),
    );
  if (incident.diagnosis !== undefined && key(incident.diagnosis) === key(diagnosis)) return undefined;
  return { ...incident, diagnosis, revision: incident.revision + 1 };
}
