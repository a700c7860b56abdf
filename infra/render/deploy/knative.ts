import type { FunctionManifest } from '../../../shared/runtime/function-manifest.ts';
import type { RenderedFile } from '../rendered-file.ts';
import { baseAccess, grantedAccess, subjectOf } from './access.ts';
import { kustomizationFile } from './deploy-file.ts';
import { brokers, KAFKA_PATCH, sinkBinding, triggerOf } from './knative-delivery.ts';
import { FIELDS_OF_SERVICES, knativeService, networkOfFunctions } from './knative-service.ts';
import { sources } from './knative-sources.ts';
import type { KubeObject } from './objects.ts';
import { variantFolders } from './variant-folders.ts';

const FOLDER = 'knative';

/** Knative: one Service a function, what triggers them, and the broker between; with or without remediation and Kafka. */
export function knativeFiles(manifests: readonly FunctionManifest[]): readonly RenderedFile[] {
  const functions = Object.fromEntries(
    manifests.map((manifest) => [`function-${manifest.name}.yaml`, functionObjects(manifest)]),
  );
  return [
    ...variantFolders(FOLDER, {
      program: {
        'broker.yaml': [...brokers(), sinkBinding()],
        'sources.yaml': sources(),
        'network.yaml': [networkOfFunctions()],
        ...functions,
      },
      grants: (grant) => manifests.flatMap((manifest) => grantedAccess(subjectOf(manifest), grant)),
      fields: FIELDS_OF_SERVICES,
    }),
    kustomizationFile(`${FOLDER}/kafka`, { resources: ['../observe'], patches: [KAFKA_PATCH] }, [
      'The same on the Kafka broker, which keeps the order of events with one partitionkey.',
      'The class of a broker cannot be changed: delete the brokers before going from one to the other.',
    ]),
  ];
}

function functionObjects(manifest: FunctionManifest): readonly KubeObject[] {
  return [...baseAccess(subjectOf(manifest)), knativeService(manifest), triggerOf(manifest)];
}
