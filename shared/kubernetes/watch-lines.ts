import type { BodySink } from './api-session.ts';
import { NotKubernetesError } from './call-failure.ts';
import type { RawObject } from './object-pages.ts';

/** One line of a watch. */
export interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  /** The object; of an ERROR a `Status`, with its code. */
  readonly object: RawObject & { readonly code?: number };
}

const TYPES: ReadonlySet<string> = new Set(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']);
const LINE_END = 0x0a;

/**
 * Makes of the body of a watch its lines, wherever its chunks end. Lines are taken one after the other.
 *
 * @param take - takes one line; the next one waits for it
 * @returns the sink; it throws NotKubernetesError for a line that is none
 */
export function readWatchLines(take: (line: WatchLine) => Promise<void>): BodySink {
  let rest: Buffer[] = [];
  return async (chunk) => {
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, from)) {
      // Copied: the chunk is not ours to keep.
      const line = Buffer.concat([...rest, chunk.subarray(from, end)]);
      rest = [];
      from = end + 1;
      if (line.length > 0) await take(parseLine(line.toString('utf8')));
    }
    if (from < chunk.length) rest.push(Buffer.from(chunk.subarray(from)));
  };
}

function parseLine(text: string): WatchLine {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (cause) {
    throw new NotKubernetesError('its watch is broken JSON', { cause });
  }
  const { type, object } = (line ?? {}) as { readonly type?: unknown; readonly object?: unknown };
  if (typeof type !== 'string' || !TYPES.has(type) || (type !== 'ERROR' && !hasVersion(object)))
    throw new NotKubernetesError('its watch is none');
  return { type, object: object ?? {} } as WatchLine;
}

function hasVersion(object: unknown): boolean {
  const { metadata } = (object ?? {}) as { readonly metadata?: { readonly resourceVersion?: unknown } };
  return typeof metadata?.resourceVersion === 'string';
}
