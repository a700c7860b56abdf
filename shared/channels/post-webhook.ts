import type { Message } from '../domain/notifications/message.ts';
import type { DurationMs } from '../domain/units.ts';
import type { Channel } from '../runtime/channel.ts';
import { callChannel } from './http-call.ts';

export interface PostWebhookOptions {
  /** As the configuration names it. */
  readonly name: string;
  /** The webhook's URL, which is a secret: asked for with every notice, so that it may change. */
  readonly webhookUrl: () => string;
  /** How long one try may take. */
  readonly timeoutMs: DurationMs;
  /** Where it may redirect to; nowhere unless told. */
  readonly redirectHosts?: readonly string[];
}

/** A channel that posts each message as one of its own: who takes it does not say what came of it. */
export function createPostWebhookChannel(
  { name, webhookUrl, timeoutMs, redirectHosts = [] }: PostWebhookOptions,
  payloadOf: (message: Message) => object,
): Channel {
  return {
    name,
    abilities: {
      updates: 'no',
      threads: false,
      resolves: false,
      deduplicates: false,
      signed: false,
      storms: true,
      remediation: true,
      keepAliveMs: undefined,
    },
    async send({ message }) {
      const body = JSON.stringify(payloadOf(message));
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      await callChannel(name, { url: webhookUrl(), headers, body, timeoutMs, redirectHosts });
      return { externalId: undefined };
    },
  };
}
