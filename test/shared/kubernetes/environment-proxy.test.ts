import { describe, expect, it } from 'vitest';
import { environmentProxy } from '../../../shared/kubernetes/environment-proxy.ts';

const PROXY = 'http://proxy.example.test:3128';

function proxyOf(server: string, NO_PROXY = ''): string | undefined {
  return environmentProxy(new URL(server), { HTTPS_PROXY: PROXY, NO_PROXY });
}

describe('environmentProxy', () => {
  it('goes by the scheme of the server, upper case first', () => {
    const env = { HTTPS_PROXY: PROXY, https_proxy: 'http://low', http_proxy: 'plain:8080' };
    expect(environmentProxy(new URL('https://api.example.test'), env)).toBe(PROXY);
    expect(environmentProxy(new URL('http://api.example.test'), env)).toBe('http://plain:8080');
    expect(environmentProxy(new URL('http://api.example.test'), {})).toBeUndefined();
  });

  it.each(['https://localhost:6443', 'https://127.0.0.1:6443', 'https://[::1]:6443'])(
    'is none for %s',
    (server) => {
      expect(proxyOf(server)).toBeUndefined();
    },
  );

  it.each([
    ['https://api.example.test:6443', '*', false],
    ['https://api.example.test:6443', 'other.test, API.example.test', false],
    ['https://api.example.test:6443', 'example.test', false],
    ['https://api.example.test:6443', '.example.test', false],
    ['https://api.example.test:6443', '*.example.test', false],
    ['https://api.example.test:6443', 'ample.test', true],
    ['https://example.test', '.example.test', true],
    ['https://api.example.test:6443', 'api.example.test:6443', false],
    ['https://api.example.test', 'api.example.test:443', false],
    ['https://api.example.test:6443', 'api.example.test:443', true],
    ['https://10.1.2.3:6443', '10.1.2.3', false],
    ['https://10.1.2.3:6443', '10.0.0.0/8', false],
    ['https://11.1.2.3:6443', '10.0.0.0/8', true],
    ['https://api.example.test', '10.0.0.0/8', true],
    ['https://[2001:db8::1]:6443', '2001:db8::1', false],
    ['https://[2001:db8::1]:6443', '2001:db8::2', true],
  ])('for %s with NO_PROXY=%s is used: %s', (server, noProxy, used) => {
    expect(proxyOf(server, noProxy)).toBe(used ? PROXY : undefined);
  });
});
