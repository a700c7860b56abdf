import type { Config } from '../../shared/config/config.ts';
import { APPROVAL_TYPE, parseApproval } from '../../shared/events/approval-request.ts';
import { CONTRACT } from '../../shared/events/contract.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { createHttpSink } from '../../shared/http/sink.ts';
import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';

/** Hands on to `url` all that we publish: what other teams' services consume. A subscriber like the functions. */
export function sinkSubscriber(
  url: URL,
  { sinkExtensions, sinkTimeoutMs, sinkCaCerts }: Config,
): ServerlessFunction {
  const sink = createHttpSink({
    url,
    extensions: sinkExtensions,
    timeoutMs: sinkTimeoutMs,
    caCerts: sinkCaCerts,
  });
  return {
    manifest: {
      name: 'sink',
      summary: 'Hands on every event that is published.',
      consumes: CONTRACT.map(({ type }) => ({ type })),
      emits: [],
      permissions: [],
      requestTimeoutMs: sinkTimeoutMs,
    },
    async handle(event) {
      // What asks for an approval is none of ours, and its token is a secret.
      if (event.type === APPROVAL_TYPE && parseApproval(event).token !== undefined) return 'ignored';
      // An event of these types is one that one of us published, or somebody else with the same contract.
      await sink.publish(event as unknown as ProductEvent);
      return 'done';
    },
  };
}
