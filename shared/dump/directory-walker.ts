import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, shown } from './input-errors.ts';
import { isHidden, mayHoldObjects } from './member-names.ts';

/**
 * The files below a directory that can hold objects, sorted by name within each directory. Symbolic links are
 * followed, every directory is entered once: links that lead in a circle end. Pipes and sockets are passed over.
 *
 * @throws InputUnreadableError when a directory cannot be read, or a link named like a dump leads nowhere
 */
export async function* objectFilesIn(root: string): AsyncIterable<string> {
  yield* walk(root, '', new Set());
}

async function* walk(root: string, below: string, entered: Set<string>): AsyncIterable<string> {
  const directory = join(root, below);
  const real = await attempt(directory, () => realpath(directory));
  if (entered.has(real)) return;
  entered.add(real);
  for (const entry of await entriesOf(directory)) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const wanted = mayHoldObjects(path);
    const type = await typeOf(entry, join(directory, entry.name), wanted);
    if (type === 'directory') yield* walk(root, path, entered);
    else if (type === 'file' && wanted) yield join(directory, entry.name);
  }
}

async function entriesOf(directory: string): Promise<readonly Dirent[]> {
  const entries = await attempt(directory, () => readdir(directory, { withFileTypes: true }));
  return entries.filter(({ name }) => !isHidden(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function typeOf(entry: Dirent, path: string, wanted: boolean): Promise<'directory' | 'file' | 'other'> {
  if (!entry.isSymbolicLink()) return nameOfType(entry);
  try {
    return nameOfType(await stat(path));
  } catch (error) {
    // A must-gather is full of links to logs that were not collected. A lost object is another matter.
    if (!wanted && leadsNowhere(error)) return 'other';
    throw fileError(shown(path), error);
  }
}

function nameOfType(stats: Pick<Dirent, 'isDirectory' | 'isFile'>): 'directory' | 'file' | 'other' {
  if (stats.isDirectory()) return 'directory';
  return stats.isFile() ? 'file' : 'other';
}

function leadsNowhere(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === 'ENOENT' || code === 'ELOOP';
}

async function attempt<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw fileError(shown(path), error);
  }
}
