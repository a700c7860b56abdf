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
  const ending = new Ending();
  const source = Readable.from(ending.watch(bytes), { highWaterMark: 1 });
  const failures = { source: watchForError(source), archive: watchForError(archive) };
  // An error of the source reaches `archive`, and with it the loop over the members.
  pipeline(source, archive, () => undefined);
  try {
    await readMembers(archive, read);
  } catch (error) {
    const fromSource = failures.source();
    if (fromSource !== undefined) throw fromSource;
    throw error === failures.archive() && error instanceof Error ? tarError(name, error) : error;
  }
  if (!ending.isComplete) throw tarError(name, new Error('Unexpected end of data: no end-of-archive mark'));
}

async function readMembers(archive: Extract, read: ReadMember): Promise<void> {
  for await (const entry of archive) {
    const { type, name } = entry.header;
    const isFile = type === 'file' || type === 'contiguous-file';
    if (isFile && mayHoldObjects(name)) await read(name, entry as AsyncIterable<Buffer>);
    else entry.resume();
  }
}

/** Remembers the error that a stream fails with, so that it can be told from one of who reads it. */
function watchForError(stream: {
  on(event: 'error', listener: (error: Error) => void): unknown;
}): () => unknown {
  let failure: unknown;
  stream.on('error', (error) => {
    failure ??= error;
  });
  return () => failure;
}

/** Sees whether an archive ends as it must, with blocks of zeros: else it was cut between two members. */
class Ending {
  #tail: Uint8Array = new Uint8Array(0);

  async *watch(bytes: Bytes): Bytes {
    for await (const chunk of bytes) {
      const tail = chunk.byteLength < BLOCK_BYTES ? Buffer.concat([this.#tail, chunk]) : chunk;
      this.#tail = tail.subarray(-BLOCK_BYTES);
      yield chunk;
    }
  }

  get isComplete(): boolean {
    return this.#tail.byteLength === BLOCK_BYTES && this.#tail.every((byte) => byte === 0);
  }
}
