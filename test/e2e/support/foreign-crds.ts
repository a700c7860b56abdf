import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { CustomResourceDefinition } from './objects.ts';

/** Beside this repository: the real resource definitions of what we are deployed on. */
const folder = new URL('../../../../shared/crds/', import.meta.url);

/** For `describeCluster`: skips a suite that needs them where they are not. */
export const withForeignCrds = existsSync(folder) ? {} : { starter: { skip: 'no ../shared/crds' } };

/** The definitions of one project, by how their files begin: `monitoring`, `serving`, `eventing`, `openfaas`. */
export function foreignCrds(project: string): readonly CustomResourceDefinition[] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${project}-`));
  return files.map((file) => load(readFileSync(new URL(file, folder), 'utf8')) as CustomResourceDefinition);
}
