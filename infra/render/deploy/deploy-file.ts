import { dump } from 'js-yaml';
import type { RenderedFile } from '../rendered-file.ts';
import type { KubeObject } from './objects.ts';

const DEPLOY = 'infra/deploy';
/** The first line of every file that is written here: what has it and is not rendered any more is deleted. */
export const RENDERED_MARK = '# Written by `npm run render` from functions/*/manifest.ts: do not edit.';

/** @param path - from infra/deploy */
export function yamlFile(
  path: string,
  documents: readonly object[],
  comment: readonly string[] = [],
): RenderedFile {
  const header = [RENDERED_MARK, ...comment.map((line) => `# ${line}`)].join('\n');
  const texts = documents.map((it) => dump(it, { lineWidth: 110, noRefs: true }));
  return { path: `${DEPLOY}/${path}`, text: `${header}\n${texts.join('---\n')}` };
}

/** What a kustomization builds from: files and folders, as they are named from its own. */
export interface Kustomization {
  readonly resources: readonly string[];
  readonly [field: string]: unknown;
}

/** @param folder - from infra/deploy */
export function kustomizationFile(
  folder: string,
  kustomization: Kustomization,
  comment: readonly string[],
): RenderedFile {
  const head = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
  return yamlFile(`${folder}/kustomization.yaml`, [{ ...head, ...kustomization }], comment);
}

/** Fields that name an object, of kinds that kustomize does not know; kustomize calls it a transformer configuration. */
export interface NameReferences {
  readonly nameReference: readonly object[];
}
const REFERENCES_FILE = 'name-references.yaml';

/**
 * A folder with a kustomization of all files that are in it.
 *
 * @param references - what kustomize has to rewrite, here and in overlays, when it gives a ConfigMap or Secret another name
 */
export function kustomizedFolder(
  folder: string,
  files: Readonly<Record<string, readonly KubeObject[]>>,
  comment: readonly string[],
  references?: NameReferences,
): readonly RenderedFile[] {
  const written = Object.entries(files).filter(([, objects]) => objects.length > 0);
  const resources = written.map(([name]) => name);
  const configurations = references && { configurations: [REFERENCES_FILE] };
  return [
    kustomizationFile(folder, { resources, ...configurations }, comment),
    ...(references ? [yamlFile(`${folder}/${REFERENCES_FILE}`, [references])] : []),
    ...written.map(([name, objects]) => yamlFile(`${folder}/${name}`, objects)),
  ];
}
