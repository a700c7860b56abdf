import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FUNCTION_NAMES } from '../../../infra/server/catalog.ts';
import { serviceAccountKubeconfig } from './control-plane.ts';
import type { Cluster } from './describe-cluster.ts';
import { FunctionProcess } from './function-process.ts';
import { type KubeObject, kind, ref } from './objects.ts';
import type { PodSpec, Service, SinkBinding } from './rendered-knative.ts';

interface Stored extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}
interface Volume {
  readonly mountPath: string;
  readonly directory: string;
  readonly files: Readonly<Record<string, string>>;
}

const configMaps = kind<Stored>('v1/ConfigMap');
const secrets = kind<Stored>('v1/Secret');

/** What Knative Serving gives a container besides, and tests of theirs. */
export type More = Readonly<Record<string, string>>;

/**
 * Starts what a rendered Service runs: the built program, as the image's entry point is, with the rendered arguments, variables and files,
 * and with a token of the rendered account where its pod has one.
 */
export async function startService(
  cluster: Cluster,
  { metadata, spec }: Service,
  more: More,
): Promise<FunctionProcess> {
  const { namespace } = metadata;
  const pod = spec.template.spec;
  const [{ args, envFrom = [] }] = pod.containers;
  const name = FUNCTION_NAMES.find((it) => it === args[0]);
  if (name === undefined || args.length > 1) throw new Error(`there is no function ${args.join(' ')}`);
  const settings = envFrom.map(({ configMapRef }) =>
    dataOf(cluster, ref(configMaps, configMapRef.name, namespace)),
  );
  const variables = Object.assign({}, ...(await Promise.all(settings))) as More;
  const volumes = await volumesOf(cluster, pod, metadata);
  // Where files would be mounted a test may not write.
  const moved = (text: string) =>
    volumes.reduce((it, { mountPath, directory }) => it.replaceAll(mountPath, directory), text);
  for (const { directory, files } of volumes)
    for (const [file, text] of Object.entries(files)) await writeFile(join(directory, file), moved(text));
  const env = Object.entries({ ...variables, ...more, ...(await credentials(cluster, pod, namespace)) });
  return FunctionProcess.start(
    name,
    Object.fromEntries(env.map(([variable, value]) => [variable, moved(value)])),
  );
}

/** The sink that a SinkBinding names for a Service, if one does. */
export function sinkOf({ metadata }: Service, bindings: readonly SinkBinding[]): string | undefined {
  const binding = bindings.find(({ spec: { subject } }) =>
    Object.entries(subject.selector.matchLabels).every(([key, value]) => metadata.labels?.[key] === value),
  );
  return binding?.spec.sink.ref.name;
}

async function credentials(cluster: Cluster, pod: PodSpec, namespace: string): Promise<More> {
  if (!pod.automountServiceAccountToken) return {};
  const account = { namespace, name: pod.serviceAccountName };
  return { KUBECONFIG: await serviceAccountKubeconfig(cluster.plane, account) };
}

async function volumesOf(
  cluster: Cluster,
  { containers: [{ volumeMounts = [] }], volumes = [] }: PodSpec,
  { name, namespace }: Service['metadata'],
): Promise<readonly Volume[]> {
  return Promise.all(
    volumeMounts.map(async (mount) => {
      const volume = volumes.find((it) => it.name === mount.name);
      const source =
        volume?.configMap === undefined
          ? ref(secrets, volume?.secret?.secretName ?? '', namespace)
          : ref(configMaps, volume.configMap.name, namespace);
      const directory = join(cluster.plane.directory, 'mounts', name, mount.name);
      await mkdir(directory, { recursive: true });
      const { mountPath } = mount;
      return { mountPath, directory, files: await dataOf(cluster, source) };
    }),
  );
}

/** What it holds, as text; all of these are optional. */
async function dataOf({ api }: Cluster, object: ReturnType<typeof ref<Stored>>): Promise<More> {
  const { data = {} } = (await api.find(object)) ?? {};
  if (object.kind === 'ConfigMap') return data;
  const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  return Object.fromEntries(decoded) as More;
}
