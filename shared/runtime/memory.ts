import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** How many objects are remembered: with their keys about 300 bytes each. */
export const MAX_REMEMBERED = 50_000;

/** What was last judged of an object: a digest of what mattered, and the nodes it concerned. */
export interface Remembered {
  readonly digest: string;
  readonly nodes: readonly string[];
}

/**
 * What mattered of each object when it was last judged, in this process only. Forgetting costs a read, never a mistake:
 * something is remembered only after it was judged.
 */
export class Memory {
  readonly #entries = new LRUCache<string, Remembered>({ max: MAX_REMEMBERED });

  get(key: string): Remembered | undefined {
    return this.#entries.get(key);
  }

  remember(key: string, matters: string, nodes: readonly string[]): void {
    this.#entries.set(key, { digest: digestOf(matters), nodes });
  }

  /** Whether this is what was judged last. */
  isKnown(key: string, matters: string): boolean {
    return this.#entries.get(key)?.digest === digestOf(matters);
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }
}

/** Short, and as good as the text: a node's labels alone may have 20 kB. */
function digestOf(matters: string): string {
  return createHash('sha1').update(matters).digest('base64');
}
