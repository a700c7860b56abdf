import { FunctionError } from '../errors/errors.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';
import type { Log, LogFacts, Metrics } from '../runtime/ports.ts';
import type { Outcome, ServerlessFunction } from '../runtime/serverless-function.ts';
import { currentTraceparent, inEventSpan } from './tracing.ts';

export interface ObserveOptions {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'eventHandled'>;
  /** A clock that only goes forward, in milliseconds; default `performance.now`. */
  readonly elapsedMs?: () => number;
}

/** As much of an id or type is logged: both come from outside. */
const LOGGED_LENGTH = 200;

/**
 * The same function, watched: each event is counted, timed, logged and has a span; the events that follow from it belong to
 * that span. Bugs are counted here and logged by whoever answers for them. For HTTP and for the in-process broker alike.
 */
export function observeFunction(
  fn: ServerlessFunction,
  { log, metrics, elapsedMs = () => performance.now() }: ObserveOptions,
): ServerlessFunction {
  const { manifest } = fn;

  function handleInSpan(event: IncomingEvent): Promise<Outcome> {
    return inEventSpan(manifest.name, event, () => {
      const traceparent = currentTraceparent();
      return fn.handle(traceparent === undefined ? event : { ...event, traceparent });
    });
  }

  function succeeded(event: IncomingEvent, outcome: Outcome, ms: number): void {
    metrics.eventHandled(event.type, outcome, ms / 1_000);
    if (outcome === 'ignored') log.debug(factsOf(event, ms), 'event ignored');
    else log.info(factsOf(event, ms), 'event handled');
  }

  function failed(event: IncomingEvent, error: unknown, ms: number): void {
    const known = error instanceof FunctionError ? error : undefined;
    const outcome = known?.code === 'EVENT_INVALID' ? 'rejected' : 'failed';
    metrics.eventHandled(event.type, outcome, ms / 1_000);
    if (known === undefined) return;
    const facts = { ...factsOf(event, ms), code: known.code, reason: known.message };
    log.warn(facts, outcome === 'rejected' ? 'event refused' : 'event to be delivered again');
  }

  return {
    manifest,
    async handle(event) {
      const start = elapsedMs();
      try {
        const outcome = await handleInSpan(event);
        succeeded(event, outcome, elapsedMs() - start);
        return outcome;
      } catch (error) {
        failed(event, error, elapsedMs() - start);
        throw error;
      }
    },
  };
}

function factsOf({ id, type, subject }: IncomingEvent, ms: number): LogFacts {
  return {
    event: clip(id),
    type: clip(type),
    ...(subject !== undefined && { subject: clip(subject) }),
    ms: Math.round(ms * 1_000) / 1_000,
  };
}

function clip(text: string): string {
  return text.length <= LOGGED_LENGTH ? text : `${text.slice(0, LOGGED_LENGTH)}…`;
}
