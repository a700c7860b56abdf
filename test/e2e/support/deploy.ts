import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dump, load, loadAll } from 'js-yaml';
import type { Cluster } from './describe-cluster.ts';
import { createNamespace, installCrds } from './kubevirt.ts';
import type { CustomResourceDefinition, KubeObject } from './objects.ts';
import { isOfKnative } from './rendered-knative.ts';

const deploy = fileURLToPath(new URL('../../../infra/deploy', import.meta.url));
const crds = new URL('../../../../shared/crds/', import.meta.url);

/** Why what needs Knative's and OpenFaaS' resources cannot be tested here; `undefined` when it can. */
export const WITHOUT_CRDS = existsSync(crds) ? undefined : 'no ../shared/crds';

/** Installs the resources of Knative and OpenFaaS, and the namespaces that others make. */
export async function installPlatforms({ api }: Cluster): Promise<void> {
  const definitions = readdirSync(crds).map(
    (file) => load(readFileSync(new URL(file, crds), 'utf8')) as CustomResourceDefinition,
  );
  await installCrds(api, definitions.map(withoutConversion));
  for (const name of ['kubevirt', 'openshift-cnv', 'medik8s-leases', 'openfaas-fn'])
    await createNamespace(api, name);
}

/** Nobody answers the webhooks that convert between versions: only the version that is stored is used here. */
function withoutConversion(definition: CustomResourceDefinition): CustomResourceDefinition {
  const { conversion: _, ...spec } = definition.spec as { readonly conversion?: unknown };
  return { ...definition, spec };
}

/** The objects of a folder of infra/deploy, as kustomize builds them. */
export async function build(cluster: Cluster, folder: string): Promise<readonly KubeObject[]> {
  const { code, stdout, stderr } = await cluster.kubectl(['kustomize', `${deploy}/${folder}`]);
  if (code !== 0) throw new Error(stderr);
  return (loadAll(stdout) as KubeObject[]).map(forThisServer);
}

/**
 * The control plane of the tests is Kubernetes 1.20, which has these as beta only. What we set of them is the same in both; that v1 knows
 * all of it is held by test/infra/render/deploy/core-objects.test.ts.
 */
const BETA: Readonly<Record<string, string>> = { 'batch/v1': 'batch/v1beta1', 'policy/v1': 'policy/v1beta1' };

function forThisServer(object: KubeObject): KubeObject {
  return { ...object, apiVersion: BETA[object.apiVersion] ?? object.apiVersion };
}

/** The same for the text of files. */
export function versionHere(text: string): string {
  return text.replace(/^apiVersion: (\S+)$/gm, (line, version: string) =>
    line.replace(version, BETA[version] ?? version),
  );
}

/** Runs a command of kubectl with objects on its standard input. */
export function withObjects(cluster: Cluster, args: readonly string[], objects: readonly KubeObject[]) {
  return cluster.kubectl([...args, '-f', '-'], { stdin: objects.map((it) => dump(it)).join('---\n') });
}

/** What of ours is there, as kubectl names it. */
export async function ours(cluster: Cluster, kinds: readonly string[]): Promise<readonly string[]> {
  const selector = 'app.kubernetes.io/part-of=kubevirt-orphans';
  const { stdout, stderr, code } = await cluster.kubectl([
    'get',
    kinds.join(','),
    '-A',
    '-l',
    selector,
    '-o',
    'name',
  ]);
  if (code !== 0) throw new Error(stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

/** Puts that into the cluster which is not of Knative's own, as its controllers would find it. */
export async function applyWithoutKnative(cluster: Cluster, folder: string): Promise<readonly KubeObject[]> {
  const objects = await build(cluster, folder);
  const { code, stderr } = await withObjects(
    cluster,
    ['apply'],
    objects.filter((it) => !isOfKnative(it)),
  );
  if (code !== 0) throw new Error(stderr);
  return objects;
}

/** What an overlay makes for the program: its variables, its files, and secrets, which are files too. */
export interface Configuration {
  readonly settings: Readonly<Record<string, string>>;
  /** What they hold, which is written as JSON. */
  readonly files: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Makes the objects from which the program reads its configuration. */
export async function configure(
  { api }: Cluster,
  namespace: string,
  { settings, files, secrets = {} }: Configuration,
): Promise<void> {
  const metadata = (name: string) => ({ name: `kubevirt-orphans-${name}`, namespace });
  const texts = Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)]);
  const objects = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('settings'), data: settings },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('config'), data: Object.fromEntries(texts) },
    { apiVersion: 'v1', kind: 'Secret', metadata: metadata('secrets'), stringData: secrets },
  ] satisfies (KubeObject & Record<string, unknown>)[];
  await api.apply<KubeObject>(objects);
}
