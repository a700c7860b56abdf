import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceAccountKubeconfig } from './control-plane.ts';
import type { Cluster } from './describe-cluster.ts';
import { type KubeObject, kind, ref } from './objects.ts';
import type { PodSpec } from './rendered-knative.ts';

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

export type Variables = Readonly<Record<string, string>>;

/**
 * What a rendered pod's container finds in its environment: its settings, files where they would be mounted, and a token of its account where its
 * pod has one.
 *
 * @param more - what others give it
 */
export async function environmentOf(
  cluster: Cluster,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  pod: PodSpec,
  more: Variables,
): Promise<Variables> {
  const [{ env = [], envFrom = [] }] = pod.containers;
  const settings = await Promise.all(
    envFrom.map(({ configMapRef }) => dataOf(cluster, ref(configMaps, configMapRef.name, namespace))),
  );
  // These come before settings.
  const own = Object.fromEntries(env.map((it) => [it.name, it.value]));
  const volumes = await volumesOf(cluster, pod, { name, namespace });
  // Where files would be mounted a test may not write.
  const moved = (text: string) =>
    volumes.reduce((it, { mountPath, directory }) => it.replaceAll(mountPath, directory), text);
  for (const { directory, files } of volumes)
    for (const [file, text] of Object.entries(files)) await writeFile(join(directory, file), moved(text));
  const all = Object.assign(
    {},
    ...settings,
    own,
    await credentials(cluster, pod, namespace),
    more,
  ) as Variables;
  return Object.fromEntries(Object.entries(all).map(([variable, value]) => [variable, moved(value)]));
}

async function credentials(cluster: Cluster, pod: PodSpec, namespace: string): Promise<Variables> {
  if (!pod.automountServiceAccountToken) return {};
  const account = { namespace, name: pod.serviceAccountName };
  return { KUBECONFIG: await serviceAccountKubeconfig(cluster.plane, account) };
}

async function volumesOf(
  cluster: Cluster,
  { containers: [{ volumeMounts = [] }], volumes = [] }: PodSpec,
  { name, namespace }: { readonly name: string; readonly namespace: string },
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
async function dataOf({ api }: Cluster, object: ReturnType<typeof ref<Stored>>): Promise<Variables> {
  const { data = {} } = (await api.find(object)) ?? {};
  if (object.kind === 'ConfigMap') return data;
  const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  return Object.fromEntries(decoded) as Variables;
}
