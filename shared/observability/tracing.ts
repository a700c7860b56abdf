import {
  type Context,
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { IncomingEvent } from '../events/incoming-event.ts';

const TRACER = 'kubevirt-orphans';

/**
 * Runs the handling of an event within a span whose parent is the event's `traceparent`. Without an SDK, which only
 * infra/ may register, this does next to nothing.
 */
export function inEventSpan<Result>(
  name: string,
  event: IncomingEvent,
  run: () => Promise<Result>,
): Promise<Result> {
  const attributes = {
    'cloudevents.event_id': event.id,
    'cloudevents.event_source': event.source,
    'cloudevents.event_type': event.type,
  };
  const options = { kind: SpanKind.CONSUMER, attributes };
  return trace.getTracer(TRACER).startActiveSpan(name, options, parentOf(event), async (span) => {
    try {
      return await run();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The trace that runs now, as the `traceparent` of an event; `undefined` where there is none. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier, defaultTextMapSetter);
  return carrier['traceparent'];
}

function parentOf({ traceparent }: IncomingEvent): Context {
  if (traceparent === undefined) return context.active();
  return propagation.extract(context.active(), { traceparent }, defaultTextMapGetter);
}
