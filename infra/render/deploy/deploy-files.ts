import type { FunctionManifest } from '../../../shared/runtime/function-manifest.ts';
import type { RenderedFile } from '../rendered-file.ts';
import { knativeFiles } from './knative.ts';
import { kubernetesFiles } from './kubernetes.ts';
import { openfaasFiles } from './openfaas.ts';
import { recordsFiles } from './records.ts';

/** Every file of infra/deploy that follows from the manifests. */
export function deployFiles(manifests: readonly FunctionManifest[]): readonly RenderedFile[] {
  return [
    ...recordsFiles(),
    ...kubernetesFiles(manifests),
    ...knativeFiles(manifests),
    ...openfaasFiles(manifests),
  ];
}
