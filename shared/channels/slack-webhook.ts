import type { DurationMs } from '../domain/units.ts';
import type { Channel } from '../runtime/channel.ts';
import { callChannel } from './http-call.ts';
import { slackPayload } from './slack-payload.ts';

export interface SlackWebhookOptions {
  /** As the configuration names it. */
  readonly name: string;
  /** The incoming webhook's URL, which is a secret: asked for with every notice, so that it may change. */
  readonly webhookUrl: () => string;
  /** How long one try may take. */
  readonly timeoutMs: DurationMs;
  /** Where it may redirect to; nowhere unless told. */
  readonly redirectHosts?: readonly string[];
}

/**
 * Slack by an incoming webhook. Slack does not say which message came of it, so each is a message of its own.
 *
 * @see Slack "Sending messages using incoming webhooks"
 */
export function createSlackWebhookChannel({
  name,
  webhookUrl,
  timeoutMs,
  redirectHosts = [],
}: SlackWebhookOptions): Channel {
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
      const body = JSON.stringify({ ...slackPayload(message), unfurl_links: false, unfurl_media: false });
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      await callChannel(name, { url: webhookUrl(), headers, body, timeoutMs, redirectHosts });
      return { externalId: undefined };
    },
  };
}
