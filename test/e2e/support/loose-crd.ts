import type { KubeApi } from './kube-api.ts';
import { installCrds } from './kubevirt.ts';
import { type CustomResourceDefinition, type Kind, kinds } from './objects.ts';

export interface LooseCrd {
  readonly plural: string;
  readonly scope: 'Cluster' | 'Namespaced';
}

/** Lets the API server know a kind of somebody else's, without its schema. */
export async function installLooseCrd(
  api: KubeApi,
  { apiVersion, kind }: Kind,
  { plural, scope }: LooseCrd,
): Promise<void> {
  const [group = '', name = ''] = apiVersion.split('/');
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const crd = {
    ...kinds.crd,
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{ name, served: true, storage: true, schema }],
    },
  };
  await installCrds(api, [crd as unknown as CustomResourceDefinition]);
}
