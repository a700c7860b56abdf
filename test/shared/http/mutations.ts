import fc from 'fast-check';
import { type RawRequest, toBytes } from './raw-client.ts';
import type { Recorded } from './recorded.ts';

/** Bytes to send, and whether the sender breaks off after them. */
export interface Mutant {
  readonly bytes: Buffer;
  readonly half: boolean;
  /** For a failing test. */
  readonly what: string;
}

type Headers = readonly (readonly [string, string])[];
type Change = (request: RawRequest) => RawRequest;

const NASTY = [
  '',
  ' ',
  '%',
  '%zz',
  '%C0%A0',
  '%00',
  '"quoted \\" text"',
  '"',
  '\u00fc\u00ff',
  '1.0, 1.0',
  '0.3',
  '1.1',
  '2026-13-45T99:00:00Z',
  'null',
  '[object Object]',
  '../../etc/passwd',
  '\t',
  'x'.repeat(7_000),
  'x'.repeat(20_000),
];
const NAMES = [
  'ce-',
  'ce-_',
  'ce-data',
  'ce-ID',
  'CE-TYPE',
  'ce-__proto__',
  'ce-constructor',
  'ce-\u00fc',
  'ce-a.b',
  'traceparent',
];
const TYPES = [
  'text/plain',
  'application/cloudevents+json',
  'application/cloudevents-batch+json; charset=utf-8',
  'application/cloudevents+xml',
  'application/json; charset=latin1',
  'multipart/form-data; boundary=x',
  ';;;',
  'application/vnd.api+json',
];
const ENCODINGS = ['gzip', 'deflate', 'br', 'identity', 'gzip, gzip'];
const BODIES = [
  '',
  'null',
  '[]',
  '[[]]',
  '{',
  '"\\ud800"',
  '{"__proto__":{"specversion":"1.0"}}',
  '['.repeat(90_000),
  `{"a":${'9'.repeat(5_000)}}`,
  '\ufeff{}',
];

const index = fc.nat();
const text = fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 60 }));

const changes: fc.Arbitrary<readonly [string, Change]> = fc.oneof(
  named('drop a header', index, (at) =>
    onHeaders((headers) => headers.filter((_, place) => place !== at % headers.length)),
  ),
  named('change a header', fc.tuple(index, text), ([at, value]) =>
    onHeaders((headers) =>
      headers.map(([name, old], place) => [name, place === at % headers.length ? clean(value) : old]),
    ),
  ),
  named('send a header twice', index, (at) =>
    onHeaders((headers) => [...headers, headers[at % headers.length] ?? ['a', 'b']]),
  ),
  named('add a header', fc.tuple(fc.constantFrom(...NAMES), text), ([name, value]) =>
    onHeaders((headers) => [...headers, [name, clean(value)]]),
  ),
  named('change the type', fc.constantFrom(...TYPES), (type) => withHeader('content-type', type)),
  named('compress', fc.constantFrom(...ENCODINGS), (encoding) => withHeader('content-encoding', encoding)),
  named('replace the body', fc.oneof(fc.constantFrom(...BODIES), fc.json()), (body) => (request) => ({
    ...request,
    body,
  })),
  named('cut the body', index, (at) => onBody((body) => body.subarray(0, at % (body.length + 1)))),
  named(
    'break bytes',
    fc.array(fc.tuple(index, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 5 }),
    (spots) =>
      onBody((body) => {
        for (const [at, byte] of spots) body[at % body.length] = byte;
        return body;
      }),
  ),
  named('blow up', fc.integer({ min: 90_000, max: 300_000 }), (size) => (request) => ({
    ...request,
    body: Buffer.alloc(size, '{'),
  })),
  named(
    'lie about the length',
    fc.constantFrom(-1, 1, 17, 150_000, 9e15, Number.NaN),
    (contentLength) => (request) => ({ ...request, contentLength }),
  ),
  named(
    'another way',
    fc.constantFrom('GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'BREW', 'post'),
    (method) => (request) => ({ ...request, method }),
  ),
  named(
    'another place',
    fc.constantFrom('/x', '//', '/%zz', '/?a=%zz', '*', '/metrics', '/../'),
    (path) => (request) => ({ ...request, path }),
  ),
  named('structured', index, () => structured),
);

/** Recorded requests with up to three things wrong; the same for the same seed. */
export function mutants(
  samples: readonly Recorded[],
  count: number,
  seed: number,
): readonly (() => Mutant)[] {
  const arbitrary = fc.tuple(fc.nat(samples.length - 1), fc.array(changes, { minLength: 1, maxLength: 3 }));
  return fc.sample(arbitrary, { numRuns: count, seed }).map(([place, steps]) => () => {
    const sample = samples[place] ?? { headers: {}, body: '' };
    const original: RawRequest = { headers: Object.entries(sample.headers), body: Buffer.from(sample.body) };
    const request = steps.reduce((so, [, change]) => change(so), original);
    const lies = request.contentLength !== undefined || ['GET', 'HEAD'].includes(request.method ?? 'POST');
    return {
      bytes: toBytes(request),
      half: lies,
      what: `${place}: ${steps.map(([name]) => name).join(', ')}`,
    };
  });
}

function named<Value>(
  name: string,
  values: fc.Arbitrary<Value>,
  change: (value: Value) => Change,
): fc.Arbitrary<readonly [string, Change]> {
  return values.map((value) => [`${name} ${JSON.stringify(value).slice(0, 80)}`, change(value)] as const);
}

function onHeaders(change: (headers: Headers) => Headers): Change {
  return (request) => ({ ...request, headers: change(request.headers) });
}

function onBody(change: (body: Buffer) => Buffer): Change {
  return (request) => ({ ...request, body: change(Buffer.from(request.body ?? '')) });
}

function withHeader(name: string, value: string): Change {
  return onHeaders((headers) => [...headers.filter(([other]) => other !== name), [name, value]]);
}

/** The event as one JSON document, its attributes taken from the headers as they are by then. */
function structured(request: RawRequest): RawRequest {
  const attributes = request.headers
    .filter(([name]) => name.startsWith('ce-'))
    .map(([name, value]) => [name.slice(3), value]);
  const body = `{${JSON.stringify(Object.fromEntries(attributes)).slice(1, -1)},"data":${String(request.body ?? 'null')}}`;
  return { ...withHeader('content-type', 'application/cloudevents+json')(request), body };
}

/** A line end would begin another header: that is another test's. */
function clean(value: string): string {
  return value.replaceAll(/[\r\n\0]/g, '');
}
