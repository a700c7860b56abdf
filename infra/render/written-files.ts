import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { RenderedFile } from './rendered-file.ts';

/** Writes files into the repository, and says so. */
export async function writeFiles(files: readonly RenderedFile[], root: URL): Promise<void> {
  for (const { path, text } of files) {
    const file = new URL(path, root);
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, text);
    console.log(`wrote ${path}`);
  }
}

/**
 * Compares files with the repository's, and says of each what it is.
 *
 * @param remedy - what makes them the same, such as `npm run schemas`
 * @returns whether all are as they have to be
 */
export async function verifyFiles(
  files: readonly RenderedFile[],
  root: URL,
  remedy: string,
): Promise<boolean> {
  let isSame = true;
  for (const { path, text } of files) {
    const onDisk = await readFile(new URL(path, root), 'utf8').catch(() => '');
    if (onDisk === text) console.log(`${path} is what the code says`);
    else {
      console.error(`${path} is not what the code says: run ${remedy}`);
      isSame = false;
    }
  }
  return isSame;
}
