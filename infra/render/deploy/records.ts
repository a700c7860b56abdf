import type { RenderedFile } from '../rendered-file.ts';
import { kustomizationFile, yamlFile } from './deploy-file.ts';
import { NAMESPACE, namespaceObject } from './objects.ts';

const FOLDER = 'records';

/** What every variant stands on, and what stays when it is removed: the namespace and the definition of OrphanIncident. */
export function recordsFiles(): readonly RenderedFile[] {
  return [
    kustomizationFile(FOLDER, { resources: ['namespace.yaml', 'orphan-incident-crd.yaml'] }, [
      'What stays when a variant is removed: with these go all records.',
    ]),
    yamlFile(`${FOLDER}/namespace.yaml`, [namespaceObject(NAMESPACE)]),
  ];
}
