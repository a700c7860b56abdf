import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { ClusterReader } from '../domain/cluster-facts.ts';
import { UsageError } from '../errors/errors.ts';
import { fileBytes, streamBytes } from './byte-sources.ts';
import { readContent } from './content-reader.ts';
import { objectFilesIn } from './directory-walker.ts';
import { DumpCollector } from './dump-collector.ts';
import { fileError, shown } from './input-errors.ts';
import { createMeter, type Meter, type Progress } from './meter.ts';

export interface DumpOptions {
  /** What the path `-` stands for. */
  readonly stdin: Readable;
  readonly progress?: Progress | undefined;
  /** The node about which all is kept that is read, for its diagnosis. */
  readonly detailsOf?: string | undefined;
}

const STDIN = '-';
const STDIN_NAME = 'standard input';
const MAX_NAMES = 3;

/**
 * Reads the facts of a cluster from dumps: JSON or YAML of one or many objects, gzip and tar of it, must-gathers.
 * The format is told by the content; memory grows with the facts, not with the files.
 *
 * @param paths - files, directories, named pipes, or `-` for standard input; in any order
 */
export function createDumpReader(paths: readonly string[], options: DumpOptions): ClusterReader {
  // What was read is there once: standard input has nothing to say the second time.
  let collector = new DumpCollector(options.detailsOf);
  return {
    read: async () => {
      if (paths.filter((path) => path === STDIN).length > 1) {
        throw new UsageError('-f - is given twice, and standard input can be read once', 'Give it once.');
      }
      const meter = createMeter(options.progress);
      collector = new DumpCollector(options.detailsOf);
      for (const path of distinctPaths(paths)) {
        if (path === STDIN) await readStdin(options.stdin, collector, meter);
        else await readPath(path, collector, meter);
      }
      return collector.finish(listOf(paths));
    },
    readEvidence: () => Promise.resolve(collector.evidence),
  };
}

/** A path given twice is read once: a named pipe has nothing to say the second time. */
function distinctPaths(paths: readonly string[]): Iterable<string> {
  return new Map(paths.map((path) => [path === STDIN ? STDIN : resolve(path), path])).values();
}

async function readStdin(stdin: Readable, collector: DumpCollector, meter: Meter): Promise<void> {
  const bytes = streamBytes(stdin, STDIN_NAME, meter);
  await readContent({ name: STDIN_NAME, bytes, found: false }, collector);
}

async function readPath(path: string, collector: DumpCollector, meter: Meter): Promise<void> {
  if (!(await isDirectory(path))) return readFile(path, false, collector, meter);
  for await (const file of objectFilesIn(path)) await readFile(file, true, collector, meter);
}

async function readFile(path: string, found: boolean, collector: DumpCollector, meter: Meter): Promise<void> {
  const name = shown(path);
  await readContent({ name, bytes: fileBytes(path, name, meter), found }, collector);
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw fileError(shown(path), error);
  }
}

function listOf(paths: readonly string[]): string {
  const names = paths.slice(0, MAX_NAMES).map((path) => (path === STDIN ? STDIN_NAME : shown(path)));
  const more = paths.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
