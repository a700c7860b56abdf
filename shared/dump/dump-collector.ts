import type { ClusterFacts } from '../domain/cluster-facts.ts';
import { EvidenceCollector } from '../domain/evidence-collector.ts';
import type { EvidenceFacts } from '../domain/evidence-facts.ts';
import { EVIDENCE_KINDS, type EvidenceKind, isEvidence } from '../domain/evidence-objects.ts';
import { FactsCollector } from '../domain/facts-collector.ts';
import { type ClusterObject, KINDS, type Kind } from '../domain/objects.ts';
import { InputMalformedError, InputUnreadableError } from '../errors/errors.ts';
import type { ObjectSink } from '../objects/object-sink.ts';
import { DUMP_COMMAND } from './input-errors.ts';
import { evidenceNotInDump, notInDump } from './missing-kinds.ts';
import { sortFacts } from './sort-facts.ts';

/** A copy that disagreed with what was known when it was read. */
interface Doubt {
  readonly object: ClusterObject;
  readonly first: string;
  readonly again: string;
}

/** So many doubts are two clusters in one pile, not three copies of which the newest is still to come. */
const MAX_DOUBTS = 1_000;

/** Collects the objects of all files. The order in which they come does not change the facts. */
export class DumpCollector {
  readonly #facts: FactsCollector;
  readonly #evidence: EvidenceCollector;
  #firstFile: string | undefined;
  /** The file in which an object was seen first, unless that is the first file: one large file costs nothing here. */
  readonly #fileOf = new Map<string, string>();
  readonly #doubts: Doubt[] = [];

  /** @param detailsOf - the node about which all is kept that is read */
  constructor(detailsOf?: string) {
    this.#facts = new FactsCollector(detailsOf);
    this.#evidence = new EvidenceCollector({ keepVms: detailsOf !== undefined });
  }

  /** What takes the objects of one file. */
  sinkFor(file: string): ObjectSink {
    return {
      object: (object, where) => {
        if (isEvidence(object)) this.#evidence.add(object);
        else this.#add(object, file, where);
      },
      kindSeen: (kind) => {
        if (isEvidenceKind(kind)) this.#evidence.markRead(kind);
        else this.#facts.markRead(kind);
      },
    };
  }

  /**
   * The facts of everything collected.
   *
   * @param inputs - what was read, for the message when it held nothing
   * @throws InputUnreadableError when no object of our kinds was found
   * @throws InputMalformedError when two copies of an object disagree
   */
  finish(inputs: string): ClusterFacts {
    for (const doubt of this.#doubts) {
      // A newer copy than both settles it, wherever it was read.
      if (this.#facts.add(doubt.object) === 'disagrees') throw disagreement(doubt);
    }
    if (this.#facts.read.size === 0) {
      const kinds = `${KINDS.slice(0, -1).join(', ')} or ${KINDS.at(-1)}`;
      throw new InputUnreadableError(
        `no Kubernetes objects of the kinds ${kinds} in ${inputs}`,
        `Make a dump with: ${DUMP_COMMAND}`,
      );
    }
    return sortFacts(this.#facts.finish(notInDump));
  }

  /** The evidence among everything collected. */
  get evidence(): EvidenceFacts {
    return this.#evidence.finish(evidenceNotInDump);
  }

  #add(object: ClusterObject, file: string, where: string): void {
    this.#firstFile ??= file;
    const outcome = this.#facts.add(object);
    if (outcome === 'added' && file !== this.#firstFile) this.#fileOf.set(titleOf(object), file);
    if (outcome !== 'disagrees') return;
    const first = this.#fileOf.get(titleOf(object)) ?? this.#firstFile;
    const doubt = { object, first, again: `${file}, ${where}` };
    this.#doubts.push(doubt);
    if (this.#doubts.length > MAX_DOUBTS) throw disagreement(doubt);
  }
}

function disagreement({ object, first, again }: Doubt): InputMalformedError {
  return new InputMalformedError(
    `${titleOf(object)} is there twice and the copies disagree, in ${first} and again in ${again}: nothing tells which is newer`,
    'Leave out the file that is older or of another cluster: name the good ones with -f.',
  );
}

function isEvidenceKind(kind: Kind | EvidenceKind): kind is EvidenceKind {
  return (EVIDENCE_KINDS as readonly string[]).includes(kind);
}

function titleOf({ kind, metadata: { namespace, name } }: ClusterObject): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
