const FIRST_CAPACITY = 256;

/** Holds the beginning of a token that goes on in the next chunk. */
export class TokenBytes {
  #bytes: Buffer = Buffer.alloc(FIRST_CAPACITY);
  #length = 0;

  /** How many bytes are held. */
  get length(): number {
    return this.#length;
  }

  /** Holds these bytes too. The caller bounds the length. */
  append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = needed;
  }

  /** Gives what is held, valid until the next `append`, and forgets it. */
  take(): Buffer {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    if (this.#bytes.length > FIRST_CAPACITY << 8) this.#bytes = Buffer.alloc(FIRST_CAPACITY);
    return bytes;
  }
}
