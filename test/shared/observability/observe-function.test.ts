import { type Context, context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import { EventInvalidError, SinkUnavailableError } from '../../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { observeFunction } from '../../../shared/observability/observe-function.ts';
import type { LogFacts } from '../../../shared/runtime/ports.ts';
import type { Outcome } from '../../../shared/runtime/serverless-function.ts';

const EVENT: IncomingEvent = { specversion: '1.0', id: 'a', source: '/s', type: 't', subject: 'nodes/n' };
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

interface Observed {
  readonly handle: (event: IncomingEvent) => Promise<Outcome>;
  readonly logged: [string, string, LogFacts][];
  readonly counted: unknown[];
}

function observed(inner: (event: IncomingEvent) => Promise<Outcome>): Observed {
  const logged: [string, string, LogFacts][] = [];
  const counted: unknown[] = [];
  const log = (level: string) => (facts: LogFacts, message: string) =>
    void logged.push([level, message, facts]);
  const manifest = {
    name: 'f',
    summary: '',
    consumes: [],
    emits: [],
    permissions: [],
    requestTimeoutMs: durationMs(1),
  };
  let now = 0;
  const fn = observeFunction(
    { manifest, handle: inner },
    {
      log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
      metrics: { eventHandled: (...all) => void counted.push(all) },
      elapsedMs: () => (now += 250),
    },
  );
  return { handle: (event) => fn.handle(event), logged, counted };
}

describe('a function that is watched', () => {
  it.each([
    ['done', 'info', 'event handled'],
    ['ignored', 'debug', 'event ignored'],
  ] as const)('is counted, timed and logged when it says %s', async (outcome, level, message) => {
    const { handle, logged, counted } = observed(async () => outcome);
    expect(await handle(EVENT)).toBe(outcome);
    expect(counted).toEqual([['t', outcome, 0.25]]);
    expect(logged).toEqual([[level, message, { event: 'a', type: 't', subject: 'nodes/n', ms: 250 }]]);
  });

  it.each([
    [new EventInvalidError('no node', 'r'), 'rejected', 'event refused'],
    [new SinkUnavailableError('away', 'r'), 'failed', 'event to be delivered again'],
  ])('passes %s on', async (error, outcome, message) => {
    const { handle, logged, counted } = observed(() => Promise.reject(error));
    await expect(handle(EVENT)).rejects.toBe(error);
    expect(counted).toEqual([['t', outcome, 0.25]]);
    expect(logged).toMatchObject([['warn', message, { code: error.code, reason: error.message }]]);
  });

  it('leaves a bug to whoever answers for it, and counts it', async () => {
    const { handle, logged, counted } = observed(() => Promise.reject(new TypeError('bug')));
    await expect(handle(EVENT)).rejects.toThrow('bug');
    expect([counted, logged]).toEqual([[['t', 'failed', 0.25]], []]);
  });

  it('logs no more of a long id than says which it is', async () => {
    const { handle, logged } = observed(async () => 'done');
    await handle({ ...EVENT, id: 'x'.repeat(9_000) });
    expect(logged[0]?.[2]['event']).toHaveLength(201);
  });
});

describe('the trace of an event', () => {
  afterEach(() => {
    propagation.disable();
    trace.disable();
    context.disable();
  });

  it('is carried on as it is where nothing traces', async () => {
    const seen: unknown[] = [];
    const { handle } = observed(async ({ traceparent }) => {
      seen.push(traceparent);
      return 'done';
    });
    await handle({ ...EVENT, traceparent: TRACE });
    await handle(EVENT);
    expect(seen).toEqual([TRACE, undefined]);
  });

  it('is continued by that of the span where something does', async () => {
    const extracted: unknown[] = [];
    const propagator: TextMapPropagator<Record<string, string>> = {
      inject: (_context: Context, carrier) => {
        carrier['traceparent'] = `${TRACE}-of-the-span`;
      },
      extract: (active: Context, carrier) => {
        extracted.push(carrier['traceparent']);
        return active;
      },
      fields: () => ['traceparent'],
    };
    propagation.setGlobalPropagator(propagator);
    const seen: unknown[] = [];
    const { handle } = observed(async ({ traceparent }) => {
      seen.push(traceparent);
      return 'done';
    });
    await handle({ ...EVENT, traceparent: TRACE });
    expect([extracted, seen]).toEqual([[TRACE], [`${TRACE}-of-the-span`]]);
  });
});
