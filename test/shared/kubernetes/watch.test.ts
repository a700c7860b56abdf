import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import { type WatchOptions, type WatchState, watchResource } from '../../../shared/kubernetes/watch.ts';
import { aClient, useRealNetwork } from './fake-api.ts';

useRealNetwork();

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const JSON_TYPE = { 'content-type': 'application/json' };
type Answer = (response: ServerResponse) => void;

function anObject(name: string, resourceVersion: string, parts: object = {}): Record<string, unknown> {
  return { metadata: { name, uid: `uid-${name}`, resourceVersion, managedFields: [{}] }, ...parts };
}

function aList(resourceVersion: string, items: readonly object[], token?: string): Answer {
  const metadata = { resourceVersion, continue: token };
  return (response) => response.writeHead(200, JSON_TYPE).end(JSON.stringify({ metadata, items }));
}

function refusal(status: number): Answer {
  return (response) => response.writeHead(status, JSON_TYPE).end(JSON.stringify({ kind: 'Status' }));
}

/** Sends lines, and then ends the watch, breaks it off or leaves it open. */
function lines(events: readonly [string, object][], then: 'end' | 'break' | 'stay' = 'stay'): Answer {
  return (response) => {
    response.writeHead(200, JSON_TYPE);
    const text = events.map(([type, object]) => `${JSON.stringify({ type, object })}\n`).join('');
    // In two chunks that end within a line.
    response.write(text.slice(0, 20));
    response.write(text.slice(20), () => {
      if (then === 'end') response.end();
      if (then === 'break') response.destroy();
    });
    if (text === '' && then === 'end') response.end();
  };
}

/** Watches a server that gives these answers, one after the other; the watch ends when there is none left. */
async function watch(answers: readonly Answer[], options: Partial<WatchOptions> = {}) {
  const asked: string[] = [];
  const told: string[] = [];
  const states: WatchState[] = [];
  const waits: number[] = [];
  const stop = new AbortController();
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    asked.push(
      query.get('watch') === 'true'
        ? `watch ${query.get('resourceVersion')}`
        : `list ${query.get('continue') ?? ''}`.trim(),
    );
    const answer = answers[asked.length - 1];
    if (answer === undefined) stop.abort(new Error('no answer is left'));
    else answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = aClient(
    { retry: { retries: 0 } },
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  );
  ends.push(async () => {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const query = { apiVersion: 'v1', kind: 'Node', path: '/api/v1/nodes', labelSelector: 'a in (b,c)' };
  const watching = watchResource(client, query, {
    signal: stop.signal,
    onEvent: ({ type, object, initial }) =>
      told.push(
        `${type} ${object.metadata.name} ${object.metadata.resourceVersion}${initial ? ' initial' : ''}`,
      ),
    onState: (state) => states.push(state),
    wait: async (delay) => void waits.push(delay),
    random: () => 1,
    ...options,
  });
  return { watching, asked, told, states, waits, stop };
}

describe('watchResource', () => {
  it('tells what exists, page by page, and then what happens to it', async () => {
    const { watching, asked, told } = await watch([
      aList('5', [anObject('a', '1')], 'next'),
      aList('5', [anObject('b', '2')]),
      lines(
        [
          ['MODIFIED', anObject('a', '6')],
          ['DELETED', anObject('b', '7')],
          ['ADDED', anObject('c', '8')],
        ],
        'end',
      ),
    ]);
    await watching;
    expect(asked).toEqual(['list', 'list next', 'watch 5', 'watch 8']);
    expect(told).toEqual(['add a 1 initial', 'add b 2 initial', 'update a 6', 'delete b 7', 'add c 8']);
  });

  it('tells objects whole, and what they are', async () => {
    const objects: unknown[] = [];
    const { watching } = await watch([aList('5', [anObject('a', '1', { spec: { x: [null] } })])], {
      onEvent: ({ object }) => objects.push(object),
    });
    await watching;
    expect(objects).toEqual([
      { apiVersion: 'v1', kind: 'Node', ...anObject('a', '1', { spec: { x: [null] } }) },
    ]);
  });

  it.each(['end', 'break'] as const)(
    'goes on where it was after an %s, and tells nothing twice',
    async (then) => {
      const { watching, asked, told } = await watch([
        aList('5', [anObject('a', '1')]),
        lines(
          [
            ['MODIFIED', anObject('a', '6')],
            ['BOOKMARK', { metadata: { resourceVersion: '9' } }],
          ],
          then,
        ),
        lines(
          [
            ['MODIFIED', anObject('a', '6')],
            ['MODIFIED', anObject('a', '10')],
          ],
          then,
        ),
      ]);
      await watching;
      expect(asked).toEqual(['list', 'watch 5', 'watch 9', 'watch 10']);
      expect(told).toEqual(['add a 1 initial', 'update a 6', 'update a 10']);
    },
  );

  it.each([
    ['an error in the watch', lines([['ERROR', { code: 410 }]])],
    ['its answer', refusal(410)],
  ])('tells what it missed when the server has forgotten where it was, by %s', async (_, forgotten) => {
    const { watching, asked, told, waits } = await watch([
      aList('5', [anObject('same', '1'), anObject('changed', '2'), anObject('gone', '3')]),
      forgotten,
      aList('20', [anObject('same', '1'), anObject('changed', '12'), anObject('new', '13')]),
    ]);
    await watching;
    expect(asked).toEqual(['list', 'watch 5', 'list', 'watch 20']);
    expect(told.slice(3)).toEqual(['update changed 12', 'add new 13', 'delete gone 3']);
    expect(waits).toEqual([]);
  });

  it.each([410, 500])('does not loop when every watch ends with the error %i', async (code) => {
    const failing = [aList('5', []), lines([['ERROR', { code }]])];
    const { watching, asked, waits } = await watch([...failing, ...failing, ...failing]);
    await watching;
    expect(asked).toEqual(['list', 'watch 5', 'list', 'watch 5', 'list', 'watch 5', 'list']);
    expect(waits.at(-1)).toBeGreaterThan(waits.at(0) ?? 0);
  });

  it('begins the list again when its pages have expired, and tells nothing twice', async () => {
    const { watching, told } = await watch([
      aList('5', [anObject('a', '1')], 'next'),
      refusal(410),
      aList('6', [anObject('a', '1'), anObject('b', '2')]),
    ]);
    await watching;
    expect(told).toEqual(['add a 1 initial', 'add b 2 initial']);
  });

  it('asks for a resource that is not served until it is, and says so once', async () => {
    const { watching, told, states, waits } = await watch([
      refusal(404),
      refusal(404),
      refusal(404),
      refusal(404),
      refusal(404),
      aList('5', [anObject('a', '1')]),
    ]);
    await watching;
    expect(told).toEqual(['add a 1 initial']);
    expect(states).toEqual([{ kind: 'refused', status: 404 }, { kind: 'watching' }]);
    expect(waits).toEqual([800, 1_600, 3_200, 6_400, 10_000]);
  });

  it('waits longer every time while the server fails, and says so once', async () => {
    const { watching, states, waits } = await watch([
      ...Array.from({ length: 7 }, () => refusal(503)),
      aList('5', []),
    ]);
    await watching;
    expect(waits).toEqual([800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000]);
    expect(states).toMatchObject([
      { kind: 'broken', error: { code: 'KUBE_UNAVAILABLE' } },
      { kind: 'watching' },
    ]);
  });

  it('does not loop over watches that end at once', async () => {
    const { watching, asked, waits } = await watch([aList('5', []), lines([], 'end'), lines([], 'end')]);
    await watching;
    expect(asked).toEqual(['list', 'watch 5', 'watch 5', 'watch 5']);
    expect(waits).toEqual([800, 800]);
  });

  it('takes a long silence for the end of the watch', async () => {
    const { watching, asked, told, states } = await watch(
      [aList('5', []), lines([['ADDED', anObject('a', '6')]]), lines([['ADDED', anObject('b', '7')]], 'end')],
      { silenceMs: durationMs(250) },
    );
    await watching;
    expect(asked).toEqual(['list', 'watch 5', 'watch 6', 'watch 7']);
    expect(told).toEqual(['add a 6', 'add b 7']);
    expect(states).toEqual([{ kind: 'watching' }]);
  });

  it('reads no further while a change is being taken, and takes that for no silence', async () => {
    const told: string[] = [];
    const { watching } = await watch(
      [
        aList('5', []),
        lines(
          [
            ['ADDED', anObject('a', '6')],
            ['ADDED', anObject('b', '7')],
          ],
          'end',
        ),
      ],
      {
        silenceMs: durationMs(150),
        onEvent: async ({ object }) => {
          told.push(`begin ${object.metadata.name}`);
          await new Promise((resolve) => setTimeout(resolve, 200));
          told.push(`end ${object.metadata.name}`);
        },
      },
    );
    await watching;
    expect(told).toEqual(['begin a', 'end a', 'begin b', 'end b']);
  });

  it.each([
    ['broken JSON', (response: ServerResponse) => response.writeHead(200, JSON_TYPE).end('{"type":\n')],
    ['something else', lines([['GREETING', {}]], 'end')],
    ['an object without a name', lines([['ADDED', { metadata: { resourceVersion: '6' } }]], 'end')],
  ])('is broken by %s', async (_, answer) => {
    const { watching, states } = await watch([aList('5', []), answer]);
    await watching;
    expect(states.at(1)).toMatchObject({ kind: 'broken', error: { code: 'KUBE_UNAVAILABLE' } });
  });

  it('ends with what the taker of changes throws', async () => {
    const { watching } = await watch([aList('5', [anObject('a', '1')])], {
      onEvent: () => Promise.reject(new Error('full')),
    });
    await expect(watching).rejects.toThrow('full');
  });

  it('ends when it is told to, also in the middle of a wait', async () => {
    const { watching, stop, waits } = await watch([refusal(503)], {
      wait: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
          stopSoon();
        }),
    });
    function stopSoon(): void {
      setImmediate(() => stop.abort());
    }
    await watching;
    expect(waits).toEqual([]);
  });
});
