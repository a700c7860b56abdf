import type { EvidenceFacts } from './evidence-facts.ts';
import {
  EVIDENCE_KINDS,
  type EventObject,
  type EvidenceKind,
  type EvidenceObject,
  type HyperConvergedObject,
  type NamespaceObject,
  refersToNothing,
  type VmObject,
} from './evidence-objects.ts';
import { compareResourceVersions } from './facts-collector.ts';
import { HANDLER_NAME } from './installation.ts';
import type { Problem } from './problems.ts';

/** What is kept beside the objects that are always kept. */
export interface EvidenceScope {
  /** VirtualMachines are as many as VMIs, and one node's diagnosis asks for a few of them only. */
  readonly keepVms: boolean;
}

/**
 * Collects evidence one object at a time. Of two copies of one object the newer counts, and of two views of one Event
 * (v1 and events.k8s.io/v1 have the same name, uid and resourceVersion) the first that was read.
 */
export class EvidenceCollector {
  readonly #objects = new Map<string, EvidenceObject>();
  readonly #read = new Set<EvidenceKind>();
  readonly #keepVms: boolean;

  constructor({ keepVms }: EvidenceScope) {
    this.#keepVms = keepVms;
  }

  /** Notes that objects of a kind were looked for and could be read, also when there is none. */
  markRead(kind: EvidenceKind): void {
    this.#read.add(kind);
  }

  /** Adds one object; what can prove nothing about a virt-handler is not kept. */
  add(object: EvidenceObject): void {
    this.#read.add(object.kind);
    if (!this.#isWanted(object)) return;
    const { namespace = '', name, resourceVersion = '' } = object.metadata;
    const key = `${object.kind} ${namespace}/${name}`;
    const known = this.#objects.get(key)?.metadata.resourceVersion;
    if (known !== undefined && compareResourceVersions(known, resourceVersion) >= 0) return;
    this.#objects.set(key, object);
  }

  /** @param whyUnread - says why a kind was not read; asked once for each kind that was not */
  finish(whyUnread: (kind: EvidenceKind) => Problem): EvidenceFacts {
    const unread = EVIDENCE_KINDS.filter((kind) => !this.#read.has(kind));
    return {
      unread: new Map(unread.map((kind) => [kind, whyUnread(kind)])),
      events: this.#all<EventObject>('Event'),
      namespaces: this.#all<NamespaceObject>('Namespace'),
      hyperConvergeds: this.#all<HyperConvergedObject>('HyperConverged'),
      vms: this.#all<VmObject>('VirtualMachine'),
    };
  }

  #isWanted(object: EvidenceObject): boolean {
    if (object.kind === 'VirtualMachine') return this.#keepVms;
    return object.kind !== 'Event' || isAboutHandlers(object) || refersToNothing(object);
  }

  /** By namespace and name, so that the order of reading does not matter. */
  #all<T extends EvidenceObject>(kind: T['kind']): readonly T[] {
    return [...this.#objects]
      .filter(([, object]) => object.kind === kind)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object as T);
  }
}

/** Events about nodes, about the DaemonSet and about its pods, whose names it begins. */
function isAboutHandlers({ involvedObject, regarding }: EventObject): boolean {
  return [involvedObject, regarding].some(
    (about) => about?.kind === 'Node' || about?.name?.startsWith(HANDLER_NAME) === true,
  );
}
