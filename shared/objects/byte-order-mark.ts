import { wrongEncoding } from './malformed.ts';

const MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/** Bytes in, in chunks, and the end. */
interface ByteInput {
  write(chunk: Uint8Array): void;
  end(): void;
}

/**
 * Passes chunks on, without the byte order mark that some editors put before UTF-8. `from` is the first byte to
 * read in `bytes`; it is not 0 only behind the mark.
 *
 * @throws InputMalformedError (from `write` and `end`) for UTF-16
 */
export function withoutMark(source: string, next: (bytes: Buffer, from: number) => void): ByteInput {
  let beginning: Buffer | undefined = Buffer.alloc(0);
  const begin = (bytes: Buffer): void => {
    beginning = undefined;
    const other = wrongEncoding(source, bytes[0], bytes[1]);
    if (other !== undefined) throw other;
    next(bytes, MARK.every((byte, i) => bytes[i] === byte) ? MARK.length : 0);
  };
  return {
    write(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (beginning === undefined) {
        next(bytes, 0);
        return;
      }
      beginning = Buffer.concat([beginning, bytes]);
      if (beginning.length >= MARK.length) begin(beginning);
    },
    end() {
      if (beginning !== undefined) begin(beginning);
    },
  };
}
