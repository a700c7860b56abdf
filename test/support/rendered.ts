import { loadAll } from 'js-yaml';
import { deployFiles } from '../../infra/render/deploy/deploy-files.ts';
import { readManifests } from '../../infra/render/deploy/function-files.ts';
import type { KubeObject } from '../../infra/render/deploy/objects.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const RBAC = 'rbac.authorization.k8s.io/v1';

export const FOUND = await readManifests();
export const MANIFESTS = FOUND.map(({ manifest }) => manifest);
export const FILES = deployFiles(MANIFESTS);

/** The objects of all files below a folder of infra/deploy. */
export function objectsIn(folder: string): readonly KubeObject[] {
  return FILES.filter(({ path }) => path.startsWith(`infra/deploy/${folder}/`))
    .flatMap(({ text }) => loadAll(text) as KubeObject[])
    .filter(({ kind }) => kind !== undefined && kind !== 'Kustomization');
}

/** What an account may do: `verb group/resource`, followed by ` in NAMESPACE` where it is not everywhere. */
export function rightsOf(objects: readonly KubeObject[], account: string): ReadonlySet<string> {
  const bindings = objects.filter(
    ({ apiVersion, subjects }) =>
      apiVersion === RBAC &&
      (subjects as { name: string }[] | undefined)?.some(({ name }) => name === account),
  );
  return new Set(bindings.flatMap((binding) => rightsOfBinding(objects, binding)));
}

function rightsOfBinding(objects: readonly KubeObject[], binding: KubeObject): readonly string[] {
  const { name, namespace } = binding.metadata;
  const { kind } = binding['roleRef'] as { kind: string };
  const roles = objects.filter(
    (it) => it.kind === kind && it.metadata.name === name && it.metadata.namespace === namespace,
  );
  const where = namespace === undefined ? '' : ` in ${namespace}`;
  return roles
    .flatMap((role) => role['rules'] as readonly Rule[])
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}${where}`)),
      ),
    );
}
