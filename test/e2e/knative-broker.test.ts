import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { objectsIn } from '../support/rendered.ts';
import { decodeMessage, type Message } from './support/event-message.ts';
import { KnativeDeployment } from './support/knative-deployment.ts';
import { apiServerEvent, periodOf, pingEvent } from './support/knative-sources.ts';
import type { KubeObject } from './support/objects.ts';
import { type PingSource, renderedKnative, toPolicy, toQuery } from './support/rendered-knative.ts';
import { type Filtering, passes } from './support/trigger-filter.ts';
import { until } from './support/until.ts';

const OBJECTS = objectsIn('knative/program') as readonly unknown[] as readonly KubeObject[];
/** So much faster than rendered that ten tries take a moment. */
const SPEED = 10_000;

function anEvent(parts: Partial<IncomingEvent>): IncomingEvent {
  const { type = 'dev.example', ...rest } = parts;
  return { specversion: '1.0', id: 'e', source: '/test', type, data: {}, ...rest };
}

const POD = anEvent({ type: 'dev.knative.apiserver.resource.add', kind: 'Pod', namespace: '' });

describe('a Trigger', () => {
  it.each<[string, Filtering, boolean]>([
    ['nothing', {}, true],
    ['no attributes', { filter: { attributes: {} } }, true],
    ['an attribute', { filter: { attributes: { kind: 'Pod' } } }, true],
    ['another value', { filter: { attributes: { kind: 'Node' } } }, false],
    ['any value', { filter: { attributes: { kind: '' } } }, true],
    ['an attribute that there is not', { filter: { attributes: { node: '' } } }, false],
    [
      '`filters`, which count alone',
      { filter: { attributes: { kind: 'Node' } }, filters: [{ exact: { kind: 'Pod' } }] },
      true,
    ],
    ['exact values', { filters: [{ exact: { kind: 'Pod', source: '/test' } }] }, true],
    ['exact values, of which one is another', { filters: [{ exact: { kind: 'Pod', source: '/' } }] }, false],
    ['an empty exact value', { filters: [{ exact: { namespace: '' } }] }, true],
    ['a prefix', { filters: [{ prefix: { type: 'dev.knative.' } }] }, true],
    ['a suffix', { filters: [{ suffix: { type: '.update' } }] }, false],
    [
      'all of several',
      { filters: [{ all: [{ exact: { kind: 'Pod' } }, { suffix: { type: '.add' } }] }] },
      true,
    ],
    ['any of several', { filters: [{ any: [{ exact: { kind: 'VM' } }, { exact: { kind: 'Pod' } }] }] }, true],
    ['not one', { filters: [{ not: { exact: { kind: 'Pod' } } }] }, false],
    [
      'two filters, of which one does not pass',
      { filters: [{ exact: { kind: 'Pod' } }, { any: [] }] },
      false,
    ],
  ])('that asks for %s', (_, filtering, expected) => {
    expect(passes(filtering)(POD)).toBe(expected);
  });

  it('with a dialect that is not known is refused', () => {
    expect(() => passes({ filters: [{ cesql: "kind = 'Pod'" } as never] })).toThrow('cesql');
  });

  it('is rendered for every function, and hands it what its manifest names', () => {
    const { triggers, services } = renderedKnative(OBJECTS);
    expect(triggers.map(({ spec }) => spec.subscriber.ref.name)).toEqual(
      services.map(({ metadata }) => metadata.name),
    );
    const takers = (event: IncomingEvent) =>
      triggers.filter(({ spec }) => passes(spec)(event)).map(({ metadata }) => metadata.name);
    expect(takers(POD)).toEqual(['handler-pod-changed', 'workload-changed']);
    expect(takers(anEvent({ ...POD, kind: 'Secret' }))).toEqual([]);
    expect(takers(anEvent({ type: 'dev.knative.sources.ping' }))).toEqual(['audit', 'notify', 'remediate']);
  });
});

it.each([
  ['exponential', [200, 400, 800]],
  ['linear', [200, 400, 600]],
] as const)('waits longer with each try, %s', (backoffPolicy, expected) => {
  const spec = { retry: 3, backoffPolicy, backoffDelay: 'PT0.2S' };
  const { delayMs, retries } = toPolicy(spec, 1, () => undefined);
  expect([0, 1, 2].map(delayMs)).toEqual(expected);
  expect(retries).toBe(3);
});

it('reads selectors and schedules as they are rendered', () => {
  const { apiServerSources, pingSources } = renderedKnative(OBJECTS);
  const queries = apiServerSources[0]?.spec.resources.map(({ selector = {} }) => toQuery(selector));
  expect(queries).toEqual([
    '',
    'kubevirt.io in (virt-handler,virt-launcher)',
    'kubevirt.io=virt-handler',
    '',
    '',
  ]);
  expect(pingSources.map(({ spec }) => periodOf(spec.schedule))).toEqual([30, 300]);
  expect(() => periodOf('@hourly')).toThrow('@hourly');
});

describe('a delivery through the rendered broker', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** The function `audit` in the place of which somebody answers so, one answer after the other, the last for ever. */
  async function auditAnswers(...answers: readonly (number | 'cut' | Partial<Message>)[]) {
    let requests = 0;
    const server = createServer((request, response) => {
      const answer = answers[Math.min(requests, answers.length - 1)];
      requests += 1;
      if (answer === 'cut') request.socket.destroy();
      else if (typeof answer === 'number') response.writeHead(answer).end();
      else response.writeHead(200, { ...answer?.headers }).end(answer?.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const deployment = await KnativeDeployment.startBrokers(
      { objects: OBJECTS, speed: SPEED },
      { audit: url },
    );
    const dead: IncomingEvent[] = [];
    const wants = (event: IncomingEvent) => dead.push(event) === 0;
    deployment.broker('dead-letters').subscribe({ name: 'test', url, wants });
    closing.push(async () => {
      await deployment.stop();
      server.closeAllConnections();
      server.close();
    });
    deployment.broker().offer(anEvent({ type: 'dev.knative.sources.ping' }));
    await deployment.broker().idle();
    const statuses = deployment.broker().deliveries.map(({ status }) => status);
    return { statuses, dead, published: deployment.broker().published };
  }

  it.each([503, 500, 429, 409, 408, 404, 'cut'] as const)('is made again after %s', async (answer) => {
    const { statuses, dead } = await auditAnswers(answer, answer, 204);
    const failed = answer === 'cut' ? 'no answer' : answer;
    expect({ statuses, dead }).toEqual({ statuses: [failed, failed, 204], dead: [] });
  });

  it.each([400, 401, 422])('is final with %i', async (answer) => {
    const { statuses, dead } = await auditAnswers(answer);
    expect(statuses).toEqual([answer]);
    expect(dead).toMatchObject([{ knativeerrorcode: `${answer}` }]);
  });

  it('is given up after ten tries more, and goes to the dead letters with what was answered', async () => {
    const { statuses, dead } = await auditAnswers(503);
    expect(statuses).toEqual(Array.from({ length: 11 }, () => 503));
    expect(dead).toMatchObject([
      {
        id: 'e',
        type: 'dev.knative.sources.ping',
        knativeerrorcode: '503',
        knativeerrordest: expect.stringContaining('audit'),
      },
    ]);
  });

  it('failed when the answer is neither empty nor an event', async () => {
    const { statuses } = await auditAnswers({ body: 'done' }, 204);
    expect(statuses).toEqual([502, 204]);
  });

  it('brings the event that is answered into the broker', async () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': 'answer',
      'ce-type': 'dev.example',
      'ce-source': '/test',
    };
    const answer = { headers: { ...headers, 'content-type': 'application/json' }, body: '{"a":1}' };
    const { statuses, published } = await auditAnswers(answer);
    expect(statuses).toEqual([200]);
    await until('it is there', async () => published.length === 1);
    expect(published).toMatchObject([{ id: 'answer', type: 'dev.example', data: { a: 1 } }]);
  });
});

const recordings = new URL('../../../shared/recordings/', import.meta.url);
const without = existsSync(recordings) ? '' : ' (no ../shared/recordings)';

describe.skipIf(without !== '')(`what the stand-ins for sources send${without}`, () => {
  const recorded = (file: string) =>
    readFileSync(new URL(file, recordings), 'utf8')
      .trim()
      .split('\n')
      .map((line) => decodeMessage(JSON.parse(line) as Message));
  const TYPES = { add: 'ADDED', update: 'MODIFIED', delete: 'DELETED' } as const;
  /** Chance, and time. */
  const timeless = ({ id: _, time: __, ...rest }: IncomingEvent) => rest;

  it('is what ApiServerSource sent', () => {
    const whole = recorded('apiserversource-resource-mode.ndjson');
    expect(whole.length).toBeGreaterThan(50);
    for (const event of whole) {
      const [, plural = ''] = /([^/]+)\/[^/]+$/.exec(event.subject ?? '') ?? [];
      const type = TYPES[event.type.replace(/.*\./, '') as keyof typeof TYPES];
      const server = event.source;
      const made = apiServerEvent(
        { type, object: event.data as KubeObject },
        { server, plural, mode: 'Resource' },
      );
      expect(timeless(made)).toEqual(timeless(event));
    }
  });

  it('is what ApiServerSource sent in Reference mode', () => {
    for (const event of recorded('apiserversource-reference-mode.ndjson')) {
      const [, plural = ''] = /([^/]+)\/[^/]+$/.exec(event.subject ?? '') ?? [];
      const type = TYPES[event.type.replace(/.*\./, '') as keyof typeof TYPES];
      const { apiVersion, kind, name, namespace } = event.data as Record<string, string>;
      const object = { apiVersion, kind, metadata: { name, namespace } } as unknown as KubeObject;
      const made = apiServerEvent({ type, object }, { server: event.source, plural, mode: 'Reference' });
      expect(timeless(made)).toEqual(timeless(event));
    }
  });

  it('is what PingSource sent', () => {
    const [first] = recorded('pingsource.ndjson');
    const name = 'audit-sweep';
    const source = {
      metadata: { name, namespace: 'kubevirt-orphans' },
      spec: {
        schedule: '',
        contentType: 'application/json',
        data: '{"scope":"all"}',
        sink: { ref: { kind: '', name: '' } },
      },
    } satisfies PingSource;
    expect(first && timeless(first)).toEqual(timeless(pingEvent(source)));
  });
});
