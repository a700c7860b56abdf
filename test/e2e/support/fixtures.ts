import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { KubeObject } from './objects.ts';

const folder = new URL('../fixtures/', import.meta.url);

/**
 * The object in one of the files in test/e2e/fixtures, which were copied from what KubeVirt's own functions wrote.
 *
 * @param renamed - text to replace, with what replaces it
 */
export function readFixture<T extends KubeObject>(file: string, renamed: Record<string, string> = {}): T {
  let text = readFileSync(new URL(file, folder), 'utf8');
  for (const [from, to] of Object.entries(renamed)) text = text.replaceAll(from, to);
  return load(text) as T;
}

export function readFixtures<T extends KubeObject>(subfolder: string): T[] {
  return readdirSync(new URL(`${subfolder}/`, folder)).map((file) => readFixture<T>(`${subfolder}/${file}`));
}
