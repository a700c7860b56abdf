import { pipeline, Readable } from 'node:stream';
import { type Extract, extract } from 'tar-stream';
import type { Bytes } from './byte-sources.ts';
import { tarError } from './input-errors.ts';
import { mayHoldObjects } from './member-names.ts';

const BLOCK_BYTES = 512;

/** Reads a member of an archive to its end. */
export type ReadMember = (member: string, bytes: Bytes) => Promise<void>;

/**
 * Reads an archive once, from start to end, and hands over the members that can hold objects, in its order. What
 * lies between them streams past. Links are passed over: what they lead to is in the archive itself.
 *
 * @throws InputMalformedError when the archive is corrupt or cut short
 */
export async function readTar(bytes: Bytes, name: string, read: ReadMember): Promise<void> {
  const archive = extract();
  const source = new WatchedSource(bytes);
  let broken: unknown;
  archive.on('error', (error) => {
    broken = error;
  });
  // An error of the source reaches `archive`, and with it the loop over the members.
  pipeline(Readable.from(source.bytes(), { highWaterMark: 1 }), archive, () => undefined);
  try {
    await readMembers(archive, read);
  } catch (error) {
    throw source.failure ?? (error === broken ? tarError(name, error) : error);
  }
  if (!source.endsWithZeros)
    throw tarError(name, new Error('Unexpected end of data: no end-of-archive mark'));
}

async function readMembers(archive: Extract, read: ReadMember): Promise<void> {
  for await (const entry of archive) {
    const { type, name } = entry.header;
    const isFile = type === 'file' || type === 'contiguous-file';
    if (isFile && mayHoldObjects(name)) await read(name, entry as AsyncIterable<Buffer>);
    else entry.resume();
  }
}

/** Passes bytes on, and remembers what tells a broken source or archive from an error of who reads it. */
class WatchedSource {
  readonly #source: Bytes;
  #tail: Uint8Array = new Uint8Array(0);
  failure: unknown;

  constructor(source: Bytes) {
    this.#source = source;
  }

  async *bytes(): Bytes {
    try {
      for await (const chunk of this.#source) {
        const tail = chunk.byteLength < BLOCK_BYTES ? Buffer.concat([this.#tail, chunk]) : chunk;
        this.#tail = tail.subarray(-BLOCK_BYTES);
        yield chunk;
      }
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  /** Whether the last block is zeros, as every archive ends. One that does not was cut between two members. */
  get endsWithZeros(): boolean {
    return this.#tail.byteLength === BLOCK_BYTES && this.#tail.every((byte) => byte === 0);
  }
}
