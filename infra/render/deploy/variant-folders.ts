import type { RenderedFile } from '../rendered-file.ts';
import { type KnownFields, kustomizationFile, kustomizedFolder } from './deploy-file.ts';
import type { KubeObject } from './objects.ts';

export interface Variant {
  /** What runs, and what it may do without remediation, by file. */
  readonly program: Readonly<Record<string, readonly KubeObject[]>>;
  /** What it may do with remediation, beyond that. */
  readonly grants: readonly KubeObject[];
  /** What kustomize has to know of the program. */
  readonly fields?: KnownFields;
}

/**
 * The folders of a way to deploy: `observe` and `remediate` are to be applied, of the parts `program` and `grants`. None is within
 * another, which kustomize takes for a cycle.
 */
export function variantFolders(
  folder: string,
  { program, grants, fields }: Variant,
): readonly RenderedFile[] {
  return [
    kustomizationFile(`${folder}/observe`, { resources: ['../../records', '../program'] }, [
      'Finds, tells and proposes. It may write nothing of KubeVirt and no node.',
    ]),
    kustomizationFile(`${folder}/remediate`, { resources: ['../observe', '../grants'] }, [
      'The same, and it may write what remediation writes.',
    ]),
    ...kustomizedFolder(
      `${folder}/program`,
      program,
      ['All but the records: `kubectl delete -k` of this folder keeps them.'],
      fields,
    ),
    ...kustomizedFolder(`${folder}/grants`, { 'access.yaml': grants }, [
      'What remediation may write. The namespaces kubevirt and medik8s-leases have to be there.',
    ]),
  ];
}
