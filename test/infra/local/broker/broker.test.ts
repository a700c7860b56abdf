import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BrokerOptions } from '../../../../infra/local/broker/broker.ts';
import { createBroker } from '../../../../infra/local/broker/broker.ts';
import { epochMs } from '../../../../shared/domain/units.ts';
import {
  EventInvalidError,
  KubeForbiddenError,
  KubeUnavailableError,
} from '../../../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../../../shared/events/incoming-event.ts';
import type { FunctionManifest } from '../../../../shared/runtime/function-manifest.ts';
import { anEvent } from '../../../support/arbitrary-incidents.ts';
import { failureOf } from '../../../support/failure.ts';

type Handle = (event: IncomingEvent) => Promise<'done' | 'ignored'>;

const OPENED = anEvent().type;
const OUTAGE = new KubeUnavailableError('the server is down', 'Wait.');

function raw(id: string, parts: Partial<IncomingEvent> = {}): IncomingEvent {
  return { specversion: '1.0', id, source: 'https://api', type: 'raw', subject: `/pods/${id}`, ...parts };
}

/** A broker whose waits are noted and end when the test says so, or at once. */
function aBroker(options: Partial<BrokerOptions> & { readonly byHand?: boolean } = {}) {
  const waits: number[] = [];
  const ends: (() => void)[] = [];
  const counted: unknown[][] = [];
  const lines: string[] = [];
  const note = (_: unknown, line: string): void => void lines.push(line);
  const wait = (delay: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      waits.push(delay);
      signal.addEventListener('abort', () => reject(signal.reason));
      if (options.byHand === true) ends.push(resolve);
      else resolve();
    });
  const broker = createBroker({
    clock: { now: () => epochMs(0) },
    log: { debug: note, info: note, warn: note, error: note },
    metrics: {
      queueDepth: (subscriber, depth) => void counted.push(['depth', subscriber, depth]),
      deadLettered: (subscriber, type) => void counted.push(['dead', subscriber, type]),
    },
    ...options,
    retry: { wait, random: () => 1, ...options.retry },
  });
  const subscribe = (name: string, handle: Handle, type = 'raw', attributes = {}): void =>
    broker.subscribe(name, [{ type, attributes }], { manifest: {} as FunctionManifest, handle });
  return { broker, subscribe, waits, ends, counted, lines };
}

/** Handles every event and notes its id. */
function noting(got: string[], prefix = ''): Handle {
  return async ({ id }) => {
    got.push(`${prefix}${id}`);
    return 'done';
  };
}

/** Handles events when the test says so. */
function aSlowHandler() {
  const running: { readonly id: string; readonly end: () => void }[] = [];
  const handle: Handle = (event) =>
    new Promise((resolve) => void running.push({ id: event.id, end: () => resolve('done') }));
  return { running, handle, ids: () => running.map(({ id }) => id) };
}

describe('a subscription', () => {
  it('gets what passes one of its filters, by type and exact attributes, as a Trigger does', async () => {
    const { broker, subscribe } = aBroker();
    const got: string[] = [];
    subscribe('pods', noting(got), 'raw', { kind: 'Pod' });
    await broker.offer(raw('a', { kind: 'Pod' }));
    await broker.offer(raw('b', { kind: 'Node' }));
    await broker.offer(raw('c', { type: 'other', kind: 'Pod' }));
    await broker.drain();
    expect(got).toEqual(['a']);
  });

  it('gets our own events too, and each subscriber gets its own', async () => {
    const { broker, subscribe } = aBroker();
    const got: string[] = [];
    for (const name of ['one', 'two']) subscribe(name, noting(got, `${name} `), OPENED);
    await broker.publish(anEvent({ id: 'x' }));
    await broker.drain();
    expect(got.sort()).toEqual(['one x', 'two x']);
  });

  it('gets no more at once than it may', async () => {
    const { broker, subscribe } = aBroker({ concurrency: 2 });
    const { running, handle, ids } = aSlowHandler();
    subscribe('slow', handle);
    for (const id of ['a', 'b', 'c']) await broker.offer(raw(id));
    expect(ids()).toEqual(['a', 'b']);
    running[0]?.end();
    await expect.poll(ids).toEqual(['a', 'b', 'c']);
  });

  it('gets what is about one thing in order, and what is about another meanwhile', async () => {
    const { broker, subscribe } = aBroker();
    const { running, handle, ids } = aSlowHandler();
    subscribe('slow', handle);
    for (const [id, partitionkey] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
    ] as const)
      await broker.offer(raw(id, { partitionkey }));
    expect(ids()).toEqual(['a1', 'b1']);
    running[0]?.end();
    await expect.poll(ids).toEqual(['a1', 'b1', 'a2']);
  });
});

describe('a failed delivery', () => {
  it('is tried again, later every time, ten times, and then is a dead letter', async () => {
    const { broker, subscribe, waits, counted, lines } = aBroker();
    subscribe('down', async () => Promise.reject(OUTAGE));
    await broker.offer(raw('a'));
    await broker.drain();
    expect(waits).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
    expect(broker.deadLetters.letters).toEqual([
      {
        subscriber: 'down',
        event: raw('a'),
        attempts: 11,
        diedAt: 0,
        code: 'KUBE_UNAVAILABLE',
        message: 'the server is down',
      },
    ]);
    expect(counted).toContainEqual(['dead', 'down', 'raw']);
    // Each failure is logged by the observed function; that it is given up, by the broker.
    expect(lines).toEqual(['an event for down is given up']);
  });

  it('waits by chance between half of the time and all of it', async () => {
    const { broker, subscribe, waits } = aBroker({ retry: { random: () => 0, retries: 1 } });
    subscribe('down', async () => Promise.reject(OUTAGE));
    await broker.offer(raw('a'));
    await broker.drain();
    expect(waits).toEqual([100]);
  });

  it.each([
    ['an outage', OUTAGE, 0],
    [
      'what only a person can repair: it may be repaired meanwhile',
      new KubeForbiddenError('no', 'Grant it.'),
      0,
    ],
    ['a bug, which is logged', new TypeError('x is undefined'), 1],
    ['what is no error, which is logged', 'text', 1],
  ])('is delivered again after %s', async (_, error, logged) => {
    const { broker, subscribe, lines } = aBroker();
    let calls = 0;
    subscribe('once', async () => {
      calls += 1;
      return calls === 1 ? Promise.reject(error) : 'done';
    });
    await broker.offer(raw('a'));
    await broker.drain();
    expect(calls).toBe(2);
    expect(broker.deadLetters.letters).toEqual([]);
    expect(lines).toHaveLength(logged);
  });

  it('is given up at once when the event breaks its contract', async () => {
    const { broker, subscribe, waits } = aBroker();
    subscribe('strict', async () => Promise.reject(new EventInvalidError('no node', 'Send one.')));
    await broker.offer(raw('a'));
    await broker.drain();
    expect(waits).toEqual([]);
    expect(broker.deadLetters.letters).toMatchObject([{ attempts: 1, code: 'EVENT_INVALID' }]);
  });

  it('does not hold up what is about the same thing', async () => {
    const { broker, subscribe, ends } = aBroker({ byHand: true });
    const got: string[] = [];
    subscribe('picky', async ({ id }) => {
      got.push(id);
      if (got.length === 1) throw OUTAGE;
      return 'done';
    });
    for (const id of ['a1', 'a2']) await broker.offer(raw(id, { partitionkey: 'a' }));
    await expect.poll(() => got).toEqual(['a1', 'a2']);
    ends[0]?.();
    await broker.drain();
    expect(got).toEqual(['a1', 'a2', 'a1']);
  });

  it('keeps the last dead letters and counts the others', async () => {
    const { broker, subscribe } = aBroker({ maxDeadLetters: 2, retry: { retries: 0 } });
    subscribe('down', async () => Promise.reject(OUTAGE));
    for (const id of ['a', 'b', 'c']) await broker.offer(raw(id));
    await broker.drain();
    expect(broker.deadLetters.letters.map(({ event }) => event.id)).toEqual(['b', 'c']);
    expect(broker.deadLetters.dropped).toBe(1);
  });
});

describe('a full queue', () => {
  it('makes who reads the cluster wait', async () => {
    const { broker, subscribe, counted } = aBroker({ capacity: 1 });
    const { running, handle, ids } = aSlowHandler();
    subscribe('slow', handle);
    await broker.offer(raw('a'));
    const second = broker.offer(raw('b'));
    expect(ids()).toEqual(['a']);
    running[0]?.end();
    await second;
    expect(ids()).toEqual(['a', 'b']);
    expect(counted.filter(([what]) => what === 'depth').map(([, , depth]) => depth)).toEqual([1, 0, 1]);
  });

  it('refuses our own events, which stay in their record, and gives them to nobody', async () => {
    const { broker, subscribe } = aBroker({ capacity: 1 });
    const { handle } = aSlowHandler();
    const got: string[] = [];
    subscribe('fast', noting(got), OPENED);
    subscribe('slow', handle, OPENED);
    await broker.publish(anEvent({ id: 'a' }));
    const failure = await failureOf(() => broker.publish(anEvent({ id: 'b' })));
    expect(failure).toMatchObject({ code: 'SINK_UNAVAILABLE', disposition: 'retry' });
    expect(got).toEqual(['a']);
  });
});

describe('the end', () => {
  it('waits for what is being delivered, begins nothing more and says what is left', async () => {
    const { broker, subscribe } = aBroker({ concurrency: 1, capacity: 2 });
    const { running, handle, ids } = aSlowHandler();
    subscribe('slow', handle);
    await broker.offer(raw('a'));
    await broker.offer(raw('b'));
    const waiting = failureOf(() => broker.offer(raw('c')));
    const closed = broker.close();
    running[0]?.end();
    expect(await closed).toBe(1);
    expect(ids()).toEqual(['a']);
    expect((await waiting).code).toBe('OVERLOADED');
    expect((await failureOf(() => broker.offer(raw('d')))).code).toBe('OVERLOADED');
    expect((await failureOf(() => broker.publish(anEvent()))).code).toBe('SINK_UNAVAILABLE');
  });

  it('does not wait for retries', async () => {
    const { broker, subscribe, waits } = aBroker({ byHand: true });
    subscribe('down', async () => Promise.reject(OUTAGE));
    await broker.offer(raw('a'));
    await expect.poll(() => waits).toEqual([200]);
    expect(await broker.close()).toBe(1);
  });

  it('is nothing to wait for without subscribers', async () => {
    const { broker } = aBroker();
    await broker.publish(anEvent());
    await broker.drain();
    expect(await broker.close()).toBe(0);
  });
});

it('delivers every event at least once, whatever fails how often and in what order', async () => {
  const failures = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(failures, fc.integer({ min: 1, max: 4 }), async (plan, concurrency) => {
      const { broker, subscribe } = aBroker({ concurrency, capacity: 3 });
      const left = new Map(plan.map((count, index) => [`e${index}`, count]));
      const done: string[] = [];
      subscribe('flaky', async ({ id }) => {
        const count = left.get(id) ?? 0;
        left.set(id, count - 1);
        if (count > 0) throw OUTAGE;
        done.push(id);
        return 'done';
      });
      for (const [index] of plan.entries())
        await broker.offer(raw(`e${index}`, { partitionkey: String(index % 4) }));
      await broker.drain();
      expect(done.sort()).toEqual(plan.map((_, index) => `e${index}`).sort());
    }),
    { numRuns: 50 },
  );
});
