import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { load } from 'js-yaml';

/** Where a cluster is and as whom it is spoken to: one cluster, one user. */
export interface Kubeconfig {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly user: { readonly token: string } | { readonly cert: string; readonly key: string };
}

interface Stored {
  readonly clusters: readonly [{ cluster: { server: string; 'certificate-authority-data': string } }];
  readonly users: readonly [
    { user: { token: string } | { 'client-certificate-data': string; 'client-key-data': string } },
  ];
}

const decode = (text: string) => Buffer.from(text, 'base64').toString();
const encode = (text: string) => Buffer.from(text).toString('base64');

/** Reads a kubeconfig of the form that the starters write: its only cluster and its only user. */
export function readKubeconfig(path: string): Kubeconfig {
  const { clusters, users } = load(readFileSync(path, 'utf8')) as Stored;
  const { cluster } = clusters[0];
  const { user } = users[0];
  const connection = { server: cluster.server, ca: decode(cluster['certificate-authority-data']) };
  if ('token' in user) return { ...connection, user };
  return {
    ...connection,
    user: { cert: decode(user['client-certificate-data']), key: decode(user['client-key-data']) },
  };
}

/** Writes a kubeconfig that kubectl and the product read; with `namespace` as the context's. */
export async function writeKubeconfig(path: string, config: Kubeconfig, namespace?: string): Promise<void> {
  const { server, ca, user } = config;
  const stored = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': encode(ca) } }],
    users: [
      {
        name: 'test',
        user:
          'token' in user
            ? { token: user.token }
            : { 'client-certificate-data': encode(user.cert), 'client-key-data': encode(user.key) },
      },
    ],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test', ...(namespace && { namespace }) } }],
    'current-context': 'test',
  };
  await writeFile(path, JSON.stringify(stored), { mode: 0o600 });
}
