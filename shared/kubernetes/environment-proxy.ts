import type { KubeEnvironment } from './kubeconfig-files.ts';

/**
 * The proxy that the environment names for a server: `HTTPS_PROXY` or `HTTP_PROXY` by the server's scheme, unless
 * `NO_PROXY` names the server. Loopback needs none. Source: Go `golang.org/x/net/http/httpproxy`, so as kubectl.
 */
export function environmentProxy(server: URL, env: KubeEnvironment): string | undefined {
  const value =
    server.protocol === 'https:' ? env.HTTPS_PROXY || env.https_proxy : env.HTTP_PROXY || env.http_proxy;
  if (!value || isLoopback(server.hostname)) return undefined;
  const exceptions = (env.NO_PROXY || env.no_proxy || '').toLowerCase().split(',');
  if (exceptions.some((exception) => isException(exception.trim(), server))) return undefined;
  return value.includes('://') ? value : `http://${value}`;
}

/** Whether a host name, as in `URL.hostname`, is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** One entry of `NO_PROXY`: `*`, a host or domain with or without a port, `.domain`, an address, or an IPv4 range. */
function isException(exception: string, server: URL): boolean {
  if (exception === '' || exception === '*') return exception === '*';
  const host = server.hostname.replaceAll(/[[\]]/g, '');
  if (exception.includes('/')) return isInRange(host, exception);
  if (isIpv6(exception)) return exception.replaceAll(/[[\]]/g, '') === host;
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(exception) ?? [];
  if (port !== undefined && port !== (server.port || defaultPort(server))) return false;
  const domain = name.replace(/^\*?\./, '');
  return host.endsWith(`.${domain}`) || (host === domain && !name.startsWith('.'));
}

/** The port that a URL means when it names none. */
export function defaultPort({ protocol }: URL): string {
  return protocol === 'http:' ? '80' : '443';
}

function isIpv6(text: string): boolean {
  return text.split(':').length > 2;
}

function isInRange(host: string, range: string): boolean {
  const [base = '', bits = ''] = range.split('/');
  const [address, start] = [ipv4Number(host), ipv4Number(base)];
  if (address === undefined || start === undefined) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(address / size) === Math.floor(start / size);
}

function ipv4Number(text: string): number | undefined {
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(text)) return undefined;
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
