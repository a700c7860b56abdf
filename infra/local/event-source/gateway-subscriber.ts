import type { Config } from '../../../shared/config/config.ts';
import type { EventRoute } from '../../../shared/config/event-routes.ts';
import type { ProductEvent } from '../../../shared/events/product-event.ts';
import { createHttpSink } from '../../../shared/http/sink.ts';
import type { ServerlessFunction } from '../../../shared/runtime/serverless-function.ts';

const REMEDY = 'It is sent again; check that --gateway is right and that the gateway runs.';

/**
 * A function behind OpenFaaS' gateway, as a subscriber: an event is dealt with once the gateway has taken it for the function's queue,
 * which it says with 202. Queues keep no order, so neither does this.
 *
 * @throws SinkUnavailableError when the gateway does not take it
 * @see docs.openfaas.com/reference/async
 */
export function gatewaySubscriber(
  { function: name, receives }: EventRoute,
  gateway: URL,
  { sinkTimeoutMs }: Pick<Config, 'sinkTimeoutMs'>,
): ServerlessFunction {
  const base = gateway.href.endsWith('/') ? gateway.href : `${gateway.href}/`;
  const url = new URL(`async-function/${name}`, base);
  const sink = createHttpSink({ url, timeoutMs: sinkTimeoutMs, remedy: REMEDY });
  return {
    manifest: {
      name,
      summary: `Hands ${name} what it receives.`,
      consumes: receives,
      inAnyOrder: true,
      emits: [],
      permissions: [],
      requestTimeoutMs: sinkTimeoutMs,
    },
    async handle(event) {
      // Others' events have all that the encoding needs, which is what every CloudEvent has.
      await sink.publish(event as unknown as ProductEvent);
      return 'done';
    },
  };
}
