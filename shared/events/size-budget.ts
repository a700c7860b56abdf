/** Takes items as long as their JSON, in UTF-8, fits into what is left of a number of bytes. */
export class SizeBudget {
  #leftBytes: number;

  constructor(bytes: number) {
    this.#leftBytes = bytes;
  }

  /** The first items that fit. */
  takeFirst<Item>(items: readonly Item[]): Item[] {
    const end = items.findIndex((item) => !this.#take(item));
    return items.slice(0, end === -1 ? items.length : end);
  }

  /** The last items that fit, in their order. */
  takeLast<Item>(items: readonly Item[]): Item[] {
    return this.takeFirst(items.toReversed()).reverse();
  }

  #take(item: unknown): boolean {
    // One more for the comma.
    const bytes = new TextEncoder().encode(JSON.stringify(item)).length + 1;
    if (bytes > this.#leftBytes) return false;
    this.#leftBytes -= bytes;
    return true;
  }
}
