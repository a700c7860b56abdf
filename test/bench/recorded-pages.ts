import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Kubeconfig } from '../e2e/support/kubeconfig.ts';

/** A request that the audit made of the API server, and got an answer to. */
export interface Page {
  /** The path with its query. */
  readonly path: string;
  readonly accept: string;
  readonly compressed: boolean;
}

/**
 * Runs an audit through a proxy of ours on the loopback interface, to learn what it downloads.
 *
 * @param audit - runs it against that server, which needs no credentials
 */
export async function recordPages(
  config: Kubeconfig,
  audit: (server: string) => Promise<void>,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  const agent = new Agent({ keepAlive: true, ca: config.ca, ...('cert' in config.user && config.user) });
  const proxy = createServer((incoming, outgoing) => {
    if (incoming.method === 'GET') pages.push(pageOf(incoming));
    forward(incoming, outgoing, { config, agent });
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  try {
    await audit(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  } finally {
    proxy.close();
    proxy.closeAllConnections();
    agent.destroy();
  }
  if (pages.length === 0) throw new Error('the audit asked the API server for nothing');
  return pages;
}

/**
 * Writes a configuration file for curl that downloads the same pages, one after the other on one connection, throws
 * them away and prints their sizes.
 */
export async function writeCurlConfig(
  path: string,
  config: Kubeconfig,
  pages: readonly Page[],
): Promise<void> {
  const credentials = await writeCredentials(path, config);
  const transfers = pages.map(({ path: page, accept, compressed }) =>
    [
      `url = "${config.server}${page}"`,
      'output = "/dev/null"',
      `header = "Accept: ${accept}"`,
      ...(compressed ? ['compressed'] : []),
      ...credentials,
      'globoff',
      'fail',
      'silent',
      'show-error',
      'max-time = 120',
      String.raw`write-out = "%{size_download}\n"`,
    ].join('\n'),
  );
  await writeFile(path, `fail-early\n${transfers.join('\nnext\n')}\n`, { mode: 0o600 });
}

/** Beside the configuration file: curl reads them from files only. */
async function writeCredentials(path: string, { ca, user }: Kubeconfig): Promise<readonly string[]> {
  const stored = async (name: string, pem: string) => {
    await writeFile(`${path}.${name}`, pem, { mode: 0o600 });
    return `${name} = "${path}.${name}"`;
  };
  const authority = await stored('cacert', ca);
  if ('token' in user) return [authority, `header = "Authorization: Bearer ${user.token}"`];
  return [authority, await stored('cert', user.cert), await stored('key', user.key)];
}

function pageOf({ url = '', headers }: IncomingMessage): Page {
  const compressed = headers['accept-encoding']?.includes('gzip') ?? false;
  return { path: url, accept: headers.accept ?? '*/*', compressed };
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { config, agent }: { readonly config: Kubeconfig; readonly agent: Agent },
): void {
  const { authorization: _, host: __, ...headers } = incoming.headers;
  const bearer = 'token' in config.user ? { authorization: `Bearer ${config.user.token}` } : {};
  const options = { method: incoming.method, headers: { ...headers, ...bearer }, agent };
  const passedOn = request(new URL(incoming.url ?? '/', config.server), options, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  passedOn.once('error', (error) => outgoing.destroy(error));
  incoming.pipe(passedOn);
}
