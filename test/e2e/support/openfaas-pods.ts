import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceAccountKubeconfig } from './control-plane.ts';
import type { Cluster } from './describe-cluster.ts';
import { FunctionProcess } from './function-process.ts';
import { type KubeObject, kind, ref } from './objects.ts';

type Texts = Readonly<Record<string, string>>;
export interface FunctionObject extends KubeObject {
  spec: { name: string; environment: Texts; annotations?: Texts; secrets?: readonly string[] };
}
interface DeploymentObject extends KubeObject {
  spec: { template: { spec: PodSpec } };
}
interface PodSpec {
  readonly serviceAccountName: string;
  readonly containers: readonly {
    readonly command: readonly string[];
    readonly args: readonly string[];
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
  readonly volumes: readonly { readonly name: string; readonly configMap: { readonly name: string } }[];
}
interface WithData extends KubeObject {
  data?: Texts;
}

export const openfaasKinds = {
  function: kind<FunctionObject>('openfaas.com/v1/Function'),
  deployment: kind<DeploymentObject>('apps/v1/Deployment'),
  service: kind('v1/Service'),
} as const;
const READY_PATH = 'com.openfaas.ready.http.path';
const SECRETS_PATH = '/var/openfaas/secrets';

export interface PodContext {
  readonly cluster: Cluster;
  /** What is mounted is below this. */
  readonly folder: string;
  /** Where the name of a Service leads to. */
  readonly resolve: (url: string) => string;
}

/**
 * What OpenFaaS makes of a Function: the image's entry point without arguments, the default account of the namespace, and the keys of secrets
 * as files. A secret that is not there is an error there too.
 *
 * @see openfaas/faas-netes `pkg/k8s/secrets.go`
 */
export async function startFunction(
  { metadata: { namespace = '' }, spec }: FunctionObject,
  { cluster, folder, resolve }: PodContext,
): Promise<FunctionProcess> {
  const { name, environment, annotations = {}, secrets = [] } = spec;
  const mounted = join(folder, name);
  for (const secret of secrets) {
    const { data = {} } = await cluster.api.get(ref(kind<WithData>('v1/Secret'), secret, namespace));
    const texts = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
    // Files name each other by where they are.
    await mount(mounted, Object.fromEntries(texts), (text) => text.replaceAll(SECRETS_PATH, mounted));
  }
  const variables = Object.entries(environment).map(([key, value]) => [
    key,
    value.replace(SECRETS_PATH, mounted),
  ]);
  const env = {
    ...Object.fromEntries(variables),
    K_SINK: resolve(environment['K_SINK'] ?? ''),
    KUBECONFIG: await serviceAccountKubeconfig(cluster.plane, { namespace, name: 'default' }),
  };
  const started = await FunctionProcess.start(name, env, ['kubevirt-orphans.mjs', 'serve']);
  for (const path of ['/_/health', annotations[READY_PATH] ?? '/_/health'])
    if (!(await fetch(new URL(path, started.url))).ok) throw new Error(`${name} says no at ${path}`);
  return started;
}

/** What a kubelet makes of the event source's pod, but for the gateway, which it finds by DNS there. */
export async function startEventSource(
  { metadata: { name, namespace = '' }, spec }: DeploymentObject,
  gateway: string,
  { cluster, folder }: Pick<PodContext, 'cluster' | 'folder'>,
): Promise<FunctionProcess> {
  const { serviceAccountName, containers, volumes } = spec.template.spec;
  const [container] = containers;
  if (container === undefined) throw new Error(`${name} has no container`);
  let args = container.args;
  for (const { name: volume, mountPath } of container.volumeMounts) {
    const configMap = volumes.find((it) => it.name === volume)?.configMap.name ?? '';
    const { data = {} } = await cluster.api.get(ref(kind<WithData>('v1/ConfigMap'), configMap, namespace));
    await mount(join(folder, volume), data);
    args = args.map((it) => it.replace(mountPath, join(folder, volume)));
  }
  const account = { namespace, name: serviceAccountName };
  const env = { KUBECONFIG: await serviceAccountKubeconfig(cluster.plane, account), LOG_LEVEL: 'warn' };
  return FunctionProcess.start(name, env, ['kubevirt-orphans.mjs', ...args, '--gateway', gateway]);
}

async function mount(folder: string, data: Texts, adapt = (text: string) => text): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [key, value] of Object.entries(data)) await writeFile(join(folder, key), adapt(value));
}
