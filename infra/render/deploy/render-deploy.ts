import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RenderedFile } from '../rendered-file.ts';
import { verifyFiles, writeFiles } from '../written-files.ts';
import { mistakesOf } from './check-manifests.ts';
import { RENDERED_MARK } from './deploy-file.ts';
import { deployFiles } from './deploy-files.ts';
import type { FoundManifest } from './function-files.ts';

export interface RenderOptions {
  /** The repository, as the URL of a folder. */
  readonly root: URL;
  /** Whether to compare only. */
  readonly verify: boolean;
}

/**
 * Writes infra/deploy from manifests, and takes away what follows from none any more; or compares. Says what it does.
 *
 * @returns the exit code: 0; 1 when a file is not as it has to be; 2 when a manifest is wrong, and then nothing is written
 */
export async function renderDeploy(
  found: readonly FoundManifest[],
  { root, verify }: RenderOptions,
): Promise<0 | 1 | 2> {
  const mistakes = mistakesOf(found);
  for (const mistake of mistakes) console.error(mistake);
  if (mistakes.length > 0) return 2;
  const files = deployFiles(found.map(({ manifest }) => manifest));
  const leftOver = await leftOverOf(files, root);
  if (!verify) {
    await writeFiles(files, root);
    for (const path of leftOver) await rm(new URL(path, root));
    return 0;
  }
  const isSame = await verifyFiles(files, root, 'npm run render');
  for (const path of leftOver) console.error(`${path} follows from no manifest any more: run npm run render`);
  return isSame && leftOver.length === 0 ? 0 : 1;
}

/** What was rendered once, and is not any more. */
async function leftOverOf(files: readonly RenderedFile[], root: URL): Promise<readonly string[]> {
  const rendered = new Set(files.map(({ path }) => path));
  const folder = new URL('infra/deploy/', root);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const leftOver: string[] = [];
  for (const entry of entries.filter((it) => it.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(fileURLToPath(root), file);
    if (!rendered.has(path) && (await readFile(file, 'utf8')).startsWith(RENDERED_MARK)) leftOver.push(path);
  }
  return leftOver;
}
