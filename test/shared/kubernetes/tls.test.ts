import { readFileSync } from 'node:fs';
import { createServer as createProxy, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { KINDS } from '../../../shared/domain/objects.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import { createConnection } from '../../../shared/kubernetes/connection.ts';
import { aList, PATHS, type ReadParts, read, useRealNetwork } from './fake-api.ts';

useRealNetwork();

const pem = (name: string): string =>
  readFileSync(new URL(`test-only-tls/${name}.pem`, import.meta.url), 'utf8');
const key = pem('key');

const servers: (Server | HttpServer)[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: Server | HttpServer): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A server with a certificate, of five empty lists of two pages. */
function serve(certificate: 'valid' | 'expired', options: object = {}): Promise<number> {
  return listen(
    createServer({ key, cert: pem(certificate), ...options }, (request, response) => {
      const kind = KINDS.find((it) => PATHS[it] === request.url?.split('?')[0]) ?? 'Node';
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(aList(kind, [], request.url?.includes('continue=') ? undefined : 'next')));
    }),
  );
}

interface Trust {
  readonly scheme?: string;
  readonly ca?: string;
  readonly tlsServerName?: string;
  readonly skipTLSVerify?: boolean;
  readonly proxyUrl?: string;
}

function readFrom(
  port: number,
  { scheme = 'https', ca, skipTLSVerify = false, ...trust }: Trust = {},
  limits: ReadParts = {},
): ReturnType<typeof read> {
  const caData = ca === undefined ? {} : { caData: Buffer.from(ca).toString('base64') };
  const cluster = {
    name: 'lab',
    server: `${scheme}://127.0.0.1:${port}`,
    skipTLSVerify,
    ...caData,
    ...trust,
  };
  const connection = createConnection({
    contextName: 'lab',
    namespace: undefined,
    cluster,
    user: { name: 'alice' },
  });
  return read({ connection, ...limits });
}

describe('a certificate', () => {
  it('that the kubeconfig trusts is accepted', async () => {
    const facts = await readFrom(await serve('valid'), { ca: pem('valid') });
    expect(facts.unread.size).toBe(0);
  });

  it('is not looked at when the kubeconfig says so', async () => {
    const facts = await readFrom(await serve('expired'), { skipTLSVerify: true });
    expect(facts.unread.size).toBe(0);
  });

  it('is checked for the name that the kubeconfig says', async () => {
    const facts = await readFrom(await serve('valid'), { ca: pem('valid'), tlsServerName: 'localhost' });
    expect(facts.unread.size).toBe(0);
  });

  it.each([
    ['self-signed', 'valid', {}, 'its certificate is self-signed'],
    ['expired', 'expired', { ca: pem('expired') }, 'its certificate has expired'],
    ['for another name', 'valid', { ca: pem('valid'), tlsServerName: 'other.test' }, 'for another host name'],
  ] as const)('that is %s is refused at once, in words', async (_, certificate, trust, words) => {
    const port = await serve(certificate);
    await expect(readFrom(port, trust)).rejects.toMatchObject({
      code: 'KUBE_TLS',
      message: expect.stringContaining(`https://127.0.0.1:${port}: `),
    });
    await expect(readFrom(port, trust)).rejects.toThrow(words);
  });

  it('of ours that the server asks for in vain ends the read', async () => {
    const port = await serve('valid', { requestCert: true, rejectUnauthorized: true });
    await expect(readFrom(port, { ca: pem('valid') })).rejects.toMatchObject({
      message: expect.not.stringContaining('undefined'),
    });
  });

  it('authority that is no certificate is refused', async () => {
    await expect(readFrom(await serve('valid'), { ca: 'garbage' })).rejects.toMatchObject({
      code: 'KUBE_TLS',
    });
  });
});

describe('the wrong protocol', () => {
  it('TLS to a server without is said to be that', async () => {
    const port = await listen(createProxy((_, response) => response.end('hello')));
    await expect(readFrom(port)).rejects.toMatchObject({
      code: 'KUBE_TLS',
      message: expect.stringContaining('does not speak TLS'),
    });
  });
});

describe('a proxy', () => {
  async function proxy(allow: boolean): Promise<{ proxyUrl: string; asked: string[] }> {
    const asked: string[] = [];
    const server = createProxy();
    server.on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      if (!allow) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      const [host, port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('close', () => socket.destroy());
      upstream.on('error', () => undefined);
      socket.on('error', () => upstream.destroy());
    });
    return { proxyUrl: `http://127.0.0.1:${await listen(server)}`, asked };
  }

  it('is asked for the way to the server, once a list', async () => {
    const port = await serve('valid');
    const { proxyUrl, asked } = await proxy(true);
    await readFrom(port, { ca: pem('valid'), proxyUrl });
    expect(asked).toEqual(Array.from({ length: 5 }, () => `127.0.0.1:${port}`));
  });

  it('that refuses is named', async () => {
    const { proxyUrl } = await proxy(false);
    await expect(readFrom(1, { proxyUrl })).rejects.toMatchObject({
      code: 'KUBE_UNAVAILABLE',
      message: expect.stringContaining(
        `by way of the proxy ${new URL(proxyUrl).host}: the proxy refuses or fails`,
      ),
    });
  });

  it('that never answers is given up', async () => {
    const server = createProxy();
    let open = 0;
    server.on('connect', (_, socket) => {
      open += 1;
      socket.resume().on('end', () => socket.end());
      socket
        .on('error', () => undefined)
        .on('close', () => {
          open -= 1;
        });
    });
    const proxyUrl = `http://127.0.0.1:${await listen(server)}`;
    const limits = { requestTimeoutMs: durationMs(60), retry: { retries: 0 } };
    await expect(readFrom(1, { proxyUrl }, limits)).rejects.toMatchObject({ code: 'KUBE_UNAVAILABLE' });
    await expect.poll(() => open).toBe(0);
  });
});
