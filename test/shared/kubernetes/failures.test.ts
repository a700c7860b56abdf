import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../shared/domain/objects.ts';
import { FunctionError } from '../../../shared/errors/errors.ts';
import { ApiStatusError, SILENT, TransportError } from '../../../shared/kubernetes/call-failure.ts';
import { translateFailure } from '../../../shared/kubernetes/translate-failure.ts';
import { aConnection, aStatus, PATHS, read, SERVER, serveLists, useNock } from './fake-api.ts';

useNock();

async function failureOf(promise: Promise<unknown>): Promise<FunctionError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FunctionError))
    throw new TypeError(`no FunctionError: ${String(error)}`, { cause: error });
  return error;
}

describe('a server that does not serve', () => {
  it('knows nobody (401)', async () => {
    serveLists([], ['Node']);
    nock(SERVER).get(PATHS.Node).query(true).reply(401, aStatus(401));
    const failure = await failureOf(read());
    expect(failure.code).toBe('KUBE_UNAUTHORIZED');
    expect(failure.message).toContain(SERVER);
    expect(`${failure.message} ${failure.remedy}`).not.toContain('secret-token');
    expect(failure.cause).toBeInstanceOf(ApiStatusError);
  });

  const html = { 'content-type': 'text/html; charset=utf-8' };
  it.each([
    ['a login page', 200, '<!DOCTYPE html>', html],
    ['a page without a type', 200, '<!DOCTYPE html>', {}],
    ['a page that forbids', 403, '<h1>Forbidden</h1>', html],
    ['a page that finds nothing', 404, '<h1>Not found</h1>', html],
    ['a redirect', 302, '', { location: 'https://login.example.test/' }],
    ['another JSON', 200, '{"hello":"world"}', { 'content-type': 'application/json' }],
    [
      'a list of something else',
      200,
      '{"kind":"PodList","apiVersion":"v1","items":[]}',
      { 'content-type': 'application/json' },
    ],
    [
      'JSON that ends early',
      200,
      '{"kind":"NodeList","apiVersion":"v1","items":[',
      { 'content-type': 'application/json' },
    ],
    ['400', 400, 'Client sent an HTTP request to an HTTPS server.', {}],
  ])('answers with %s', async (_, status, body, headers) => {
    serveLists([], ['Node']);
    nock(SERVER).get(PATHS.Node).query(true).reply(status, body, headers);
    const failure = await failureOf(read());
    expect(failure.code).toBe('KUBE_UNAVAILABLE');
    expect(failure.message).toContain(`${SERVER} does not answer as a Kubernetes API server`);
    expect(failure.message).not.toContain('\n');
  });

  it('has no nodes at all (404): no Kubernetes', async () => {
    serveLists([], ['Node']);
    nock(SERVER).get(PATHS.Node).query(true).reply(404, aStatus(404));
    expect((await failureOf(read())).message).toContain('it answers 404');
  });

  it('is behind a path', async () => {
    const prefix = '/k8s/clusters/c-1';
    for (const kind of KINDS)
      nock(SERVER).get(`${prefix}${PATHS[kind]}`).query(true).reply(403, aStatus(403));
    expect((await failureOf(read({ connection: aConnection(`${SERVER}${prefix}`) }))).code).toBe(
      'KUBE_FORBIDDEN',
    );
  });
});

describe('translateFailure', () => {
  const translate = (code: string): unknown =>
    translateFailure(new TransportError(code), aConnection(), 30_000);

  it.each([
    ['ECONNREFUSED', 'KUBE_UNAVAILABLE', 'api.example.test:6443: connection refused'],
    ['ENOTFOUND', 'KUBE_UNAVAILABLE', 'name not found, DNS does not know api.example.test'],
    ['EAI_AGAIN', 'KUBE_UNAVAILABLE', 'name not found, DNS does not answer'],
    ['ETIMEDOUT', 'KUBE_UNAVAILABLE', 'connecting timed out'],
    ['EHOSTUNREACH', 'KUBE_UNAVAILABLE', 'no route'],
    ['ECONNRESET', 'KUBE_UNAVAILABLE', 'closed before the answer is complete'],
    [SILENT, 'KUBE_UNAVAILABLE', 'timed out, no answer within 30 s'],
    ['EWHATEVER', 'KUBE_UNAVAILABLE', 'the connection fails (EWHATEVER)'],
    ['HPE_INVALID_CONSTANT', 'KUBE_UNAVAILABLE', 'does not speak HTTP'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'KUBE_TLS', 'self-signed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'KUBE_TLS', 'cannot be verified'],
    ['CERT_HAS_EXPIRED', 'KUBE_TLS', 'has expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'KUBE_TLS', 'another host name'],
    ['EPROTO', 'KUBE_TLS', 'does not speak TLS'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'KUBE_TLS', 'client certificate'],
    ['ERR_OSSL_PEM_NO_START_LINE', 'KUBE_CONFIG', 'cannot be used'],
    ['ERR_INVALID_CHAR', 'KUBE_CONFIG', 'cannot be used'],
  ])('says %s as %s: %s', (code, expected, words) => {
    expect(translate(code)).toMatchObject({ code: expected, message: expect.stringContaining(words) });
  });

  it('leaves a bug as it is', () => {
    const bug = new TypeError('cannot read properties of undefined');
    expect(translateFailure(bug, aConnection(), 30_000)).toBe(bug);
  });

  it('names the port that a URL leaves out', () => {
    const failure = translateFailure(
      new TransportError('ECONNREFUSED'),
      aConnection('https://[2001:db8::1]'),
      1_000,
    );
    expect(failure).toMatchObject({ message: expect.stringContaining('[2001:db8::1]:443') });
  });
});
