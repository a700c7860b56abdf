import type { ClusterFacts, ClusterReader } from '../../shared/domain/cluster-facts.ts';
import { EvidenceCollector } from '../../shared/domain/evidence-collector.ts';
import type { EvidenceFacts } from '../../shared/domain/evidence-facts.ts';
import {
  EVIDENCE_KINDS,
  type EvidenceKind,
  type EvidenceObject,
} from '../../shared/domain/evidence-objects.ts';
import { explain } from '../../shared/domain/explanation.ts';
import { FactsCollector } from '../../shared/domain/facts-collector.ts';
import { judgeCluster, type NodeJudgement } from '../../shared/domain/judge-cluster.ts';
import { type ClusterObject, KINDS, type Kind } from '../../shared/domain/objects.ts';
import { parseTimestamp } from '../../shared/domain/units.ts';
import type { OrphanReport } from '../../shared/report/orphan-report.ts';
import { type StreamedReport, toReport } from '../../shared/report/to-report.ts';
import { NOW } from './objects.ts';

/** The facts of a cluster that consists of these objects; every kind was read but those named. */
export function factsOf(
  objects: readonly ClusterObject[],
  unread: readonly Kind[] = [],
  detailsOf?: string,
): ClusterFacts {
  const collector = new FactsCollector(detailsOf);
  for (const kind of KINDS) if (!unread.includes(kind)) collector.markRead(kind);
  for (const object of objects) if (!unread.includes(object.kind)) collector.add(object);
  return collector.finish(
    (kind) => ({ code: 'Forbidden', kind, message: `${kind} was not read.` }),
    parseTimestamp(NOW),
  );
}

/** Evidence that consists of these objects; every kind was read but those named. */
export function evidenceOf(
  objects: readonly EvidenceObject[],
  unread: readonly EvidenceKind[] = [],
): EvidenceFacts {
  const collector = new EvidenceCollector({ keepVms: true });
  for (const kind of EVIDENCE_KINDS) if (!unread.includes(kind)) collector.markRead(kind);
  for (const object of objects) if (!unread.includes(object.kind)) collector.add(object);
  return collector.finish((kind) => ({ code: 'Forbidden', kind, message: `${kind} was not read.` }));
}

/** A reader of facts that were read already. */
export function aCluster(facts: ClusterFacts, evidence: EvidenceFacts = evidenceOf([])): ClusterReader {
  return { read: () => Promise.resolve(facts), readEvidence: () => Promise.resolve(evidence) };
}

/** The judgement of one node of such a cluster. @throws when the judgement has no such node */
export function judged(
  name: string,
  objects: readonly ClusterObject[],
  unread: readonly Kind[] = [],
): NodeJudgement {
  const judgement = judgeCluster(factsOf(objects, unread)).nodes.find((node) => node.name === name);
  if (judgement === undefined) throw new RangeError(`the judgement has no node ${name}`);
  return judgement;
}

/** The report of such a cluster. */
export function reportOf(
  objects: readonly ClusterObject[],
  metadata: OrphanReport['metadata'],
  unread: readonly Kind[] = [],
): StreamedReport {
  const facts = factsOf(objects, unread);
  const judgement = judgeCluster(facts);
  const explanation = explain(facts, judgement, judgement.nodes, undefined);
  return toReport(judgement.installation, { ...explanation, problems: judgement.problems }, metadata);
}
