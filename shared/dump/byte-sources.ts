import { readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fileError, gzipError } from './input-errors.ts';
import type { Count, Meter } from './meter.ts';

/** Bytes in pieces of any size; every piece belongs to who takes it. */
export type Bytes = AsyncIterable<Uint8Array>;

/** Size of a read and of an unpacked piece: larger ones are not faster. */
const CHUNK_BYTES = 256 * 1_024;

/** A file, or a named pipe, from start to end. @throws InputUnreadableError when it cannot be read */
export async function* fileBytes(path: string, name: string, meter: Meter): Bytes {
  try {
    const stats = statSync(path);
    const count = meter(name, stats.isFile() ? stats.size : undefined);
    if (stats.isFile() && stats.size <= CHUNK_BYTES) yield readSmallFile(path, count);
    else yield* readLargeFile(path, count);
    count(0);
  } catch (error) {
    throw fileError(name, error);
  }
}

/** A must-gather has thousands of small files. At once, one takes 12 microseconds; piece by piece, 140. */
function readSmallFile(path: string, count: Count): Uint8Array {
  const bytes = readFileSync(path);
  count(bytes.byteLength);
  return bytes;
}

async function* readLargeFile(path: string, count: Count): Bytes {
  const handle = await open(path, 'r');
  try {
    while (true) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES));
      if (bytesRead === 0) return;
      count(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** A stream that is already open, such as standard input. @throws InputUnreadableError when it cannot be read */
export async function* streamBytes(stream: Readable, name: string, meter: Meter): Bytes {
  const count = meter(name, undefined);
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array | string>) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      count(bytes.byteLength);
      yield bytes;
    }
  } catch (error) {
    throw fileError(name, error);
  }
  count(0);
}

/** What is inside gzip; several members in a row are one content. @throws InputMalformedError when it is broken */
export async function* gunzipped(packed: Bytes, name: string): Bytes {
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  // An error of the source reaches `unpacked`, and with it the loop below.
  pipeline(Readable.from(packed, { highWaterMark: 1 }), unpacked, () => undefined);
  try {
    for await (const chunk of unpacked) yield chunk as Uint8Array;
  } catch (error) {
    throw gzipError(name, error);
  }
}

/** The first bytes, and all bytes: looking does not take anything away. */
export interface Peeked {
  /** At least as many bytes as were asked for, or all there are. */
  readonly head: Uint8Array;
  /** Everything, the head included: to be read once, or closed instead. */
  readonly all: Bytes;
  /** Closes what is not going to be read. */
  readonly close: () => Promise<unknown>;
}

/** Looks at the first bytes. */
export async function peek(bytes: Bytes, headBytes: number): Promise<Peeked> {
  const iterator = bytes[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length < headBytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    pieces.push(next.value);
    length += next.value.byteLength;
  }
  const [first] = pieces;
  const head = pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
  return { head, all: replay(head, iterator), close: async () => iterator.return?.() };
}

async function* replay(head: Uint8Array, rest: AsyncIterator<Uint8Array>): Bytes {
  if (head.byteLength > 0) yield head;
  yield* { [Symbol.asyncIterator]: () => rest };
}
