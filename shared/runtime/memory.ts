import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** How many objects are remembered: with their keys about 300 bytes each. */
export const MAX_REMEMBERED = 50_000;

/** What was last judged of an object. */
export interface Remembered {
  /** A digest of what mattered; `undefined` while it is not known what was judged last. */
  readonly digest: string | undefined;
  /** The nodes that the object concerned. */
  readonly nodes: readonly string[];
  /** The newest version of the object that was told; NaN where none was. */
  readonly version: number;
}

/** An event about an object that is about to be judged. */
export interface Told {
  readonly matters: string;
  readonly nodes: readonly string[];
  /** The object's `resourceVersion`, NaN when it is not known; the API server counts up. */
  readonly version: number;
}

/**
 * What mattered of each object when it was last judged, in this process only. Forgetting costs a read, never a mistake:
 * something is remembered only after it was judged, and only if nothing else was begun meanwhile. A judgement sees the
 * cluster as it is then, which may be what a later event tells: were the object taken for judged as the earlier one told
 * it, its way back would be noise.
 */
export class Memory {
  readonly #entries = new LRUCache<string, Remembered>({ max: MAX_REMEMBERED });

  /** The nodes that an object is known to have concerned. */
  nodesOf(key: string): readonly string[] {
    return this.#entries.get(key)?.nodes ?? [];
  }

  /** Whether this is what was judged last. */
  isKnown(key: string, matters: string): boolean {
    return this.#entries.get(key)?.digest === digestOf(matters);
  }

  /**
   * The object is about to be judged: until it was, nothing of it is known.
   *
   * @returns call it when the object was judged, `gone` when it is gone
   */
  begin(key: string, { matters, nodes, version }: Told): (end: 'there' | 'gone') => void {
    const former = this.#entries.get(key);
    // An event that was delivered again, late: what is there now is not what it says.
    const isLate = former !== undefined && version < former.version;
    const begun: Remembered = {
      digest: undefined,
      nodes: [...new Set([...nodes, ...this.nodesOf(key)])],
      version: isLate ? former.version : version,
    };
    this.#entries.set(key, begun);
    return (end) => {
      if (this.#entries.get(key) !== begun) return;
      if (end === 'gone') this.#entries.delete(key);
      else this.#entries.set(key, { ...begun, nodes, digest: isLate ? undefined : digestOf(matters) });
    };
  }
}

/** Short, and as good as the text: a node's labels alone may have 20 kB. */
function digestOf(matters: string): string {
  return createHash('sha1').update(matters).digest('base64');
}
