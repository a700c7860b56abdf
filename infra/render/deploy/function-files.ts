import { readdirSync } from 'node:fs';
import type { FunctionManifest } from '../../../shared/runtime/function-manifest.ts';

/** A manifest, and the file that has it, from the repository's root. */
export interface FoundManifest {
  readonly file: string;
  readonly manifest: FunctionManifest;
}

const root = new URL('../../../', import.meta.url);

/** The manifest of every folder of functions/: a function that is added there is rendered. */
export function readManifests(): Promise<readonly FoundManifest[]> {
  const folders = readdirSync(new URL('functions/', root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  return Promise.all(
    folders.map(async (folder) => {
      const file = `functions/${folder}/manifest.ts`;
      const { manifest } = (await import(new URL(file, root).href)) as { manifest: FunctionManifest };
      return { file, manifest };
    }),
  );
}
