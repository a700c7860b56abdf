import { readFileSync } from 'node:fs';
import { CORE_SCHEMA, load } from 'js-yaml';

/** The dump that ships with the project: `kubectl get … -A -o yaml` of a small cluster. */
export const DEMO = new URL('../../infra/local/demo-cluster.yaml', import.meta.url).pathname;

export interface RawObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** The objects of the demo cluster as they are in the file, every field of them. */
export function demoObjects(): RawObject[] {
  return (load(readFileSync(DEMO, 'utf8'), { schema: CORE_SCHEMA }) as { items: RawObject[] }).items;
}
