import type { RenderedFile } from '../rendered-file.ts';
import { type KnownFields, kustomizationFile, kustomizedFolder } from './deploy-file.ts';
import type { KubeObject } from './objects.ts';
import { GRANTS, type Grant } from './places.ts';

export interface Variant {
  /** What runs, and what it may do without remediation, by file. */
  readonly program: Readonly<Record<string, readonly KubeObject[]>>;
  /** What it may do beyond that with a part of remediation. */
  readonly grants: (grant: Grant) => readonly KubeObject[];
  /** What kustomize has to know of the program. */
  readonly fields?: KnownFields;
}

/**
 * The folders of a way to deploy: `observe` and `remediate` are to be applied, of the parts `program` and `grants`. None refers to
 * one that it is within, which kustomize takes for a cycle.
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
    kustomizationFile(`${folder}/grants`, { resources: GRANTS }, [
      'What remediation may write, of every step. The namespaces kubevirt and medik8s-leases have to be there.',
    ]),
    ...GRANTS.flatMap((grant) =>
      kustomizedFolder(`${folder}/grants/${grant}`, { 'access.yaml': grants(grant) }, [NEEDED_BY[grant]]),
    ),
  ];
}

const NEEDED_BY: Readonly<Record<Grant, string>> = {
  interlocks:
    "Every step asks whether medik8s' operators hold the node. The namespace medik8s-leases has to be there.",
  'label-node': 'For the step LabelNode.',
  'edit-placement': 'For the steps AddPlacementToleration, ExtendPlacementAffinity and ExtendPlacement.',
  'restart-handler-pod': 'For the step RestartHandlerPod.',
};
