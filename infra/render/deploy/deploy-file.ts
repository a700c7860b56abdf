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

/**
 * Fields of kinds that kustomize does not know: where they name a ConfigMap or Secret, and an image. kustomize calls it a transformer
 * configuration; it holds for overlays too.
 */
export interface KnownFields {
  readonly nameReference?: readonly object[];
  readonly images?: readonly object[];
}
const FIELDS_FILE = 'fields.yaml';

/**
 * A folder with a kustomization of all files that are in it.
 *
 * @param fields - what kustomize has to know of the objects
 */
export function kustomizedFolder(
  folder: string,
  files: Readonly<Record<string, readonly KubeObject[]>>,
  comment: readonly string[],
  fields?: KnownFields,
): readonly RenderedFile[] {
  const written = Object.entries(files).filter(([, objects]) => objects.length > 0);
  const resources = written.map(([name]) => name);
  const configurations = fields && { configurations: [FIELDS_FILE] };
  return [
    kustomizationFile(folder, { resources, ...configurations }, comment),
    ...(fields ? [yamlFile(`${folder}/${FIELDS_FILE}`, [fields])] : []),
    ...written.map(([name, objects]) => yamlFile(`${folder}/${name}`, objects)),
  ];
}
