const MAX_STRINGS = 8192;
const MAX_LENGTH = 64;

/**
 * Copies strings that were cut out of a longer text, which they would keep alive as a whole, and gives one copy
 * for equal short ones. Bounded: it starts anew after 8192 strings of up to 64 characters.
 */
export class StringPool {
  readonly #copies = new Map<string, string>();

  /** An equal string that holds on to nothing else. */
  share(text: string): string {
    if (text.length > MAX_LENGTH) return copy(text);
    const known = this.#copies.get(text);
    if (known !== undefined) return known;
    if (this.#copies.size === MAX_STRINGS) this.#copies.clear();
    const own = copy(text);
    this.#copies.set(own, own);
    return own;
  }
}

/** V8 has no way to ask for a flat copy; a round trip through JSON makes one, even of half a surrogate pair. */
function copy(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
