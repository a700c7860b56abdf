import { EvidenceCollector } from '../domain/evidence-collector.ts';
import type { EvidenceFacts } from '../domain/evidence-facts.ts';
import { EVIDENCE_KINDS, isEvidence, type ReadObject } from '../domain/evidence-objects.ts';
import { EVIDENCE_RESOURCES } from './evidence-resources.ts';
import { forbiddenProblem } from './forbidden.ts';
import type { ListOutcome } from './read-lists.ts';
import type { ListQuery } from './resources.ts';

/** Keeps a list as it is: lists of evidence are short. */
export class ListedObjects {
  readonly objects: ReadObject[] = [];

  add(object: ReadObject): void {
    this.objects.push(object);
  }
}

/**
 * Puts the lists together, those asked first before the others: of two versions of a resource the first counts. A kind
 * is unread when one of its lists was forbidden. What was not asked for, because nothing needs it, and what is not
 * served counts as read.
 */
export function toEvidence(
  queries: readonly ListQuery[],
  outcomes: ReadonlyMap<ListQuery, ListOutcome<ListedObjects>>,
): EvidenceFacts {
  const collector = new EvidenceCollector({ keepVms: true });
  const forbidden = new Set<string>();
  for (const query of queries) {
    const outcome = outcomes.get(query);
    if (outcome === 'forbidden') forbidden.add(query.resource.kind);
    if (!(outcome instanceof ListedObjects)) continue;
    for (const object of outcome.objects) if (isEvidence(object)) collector.add(object);
  }
  const unread = EVIDENCE_KINDS.filter((kind) => forbidden.has(kind));
  return {
    ...collector.finish((kind) => forbiddenProblem(EVIDENCE_RESOURCES[kind])),
    unread: new Map(unread.map((kind) => [kind, forbiddenProblem(EVIDENCE_RESOURCES[kind])])),
  };
}
