import type { Channel } from '../runtime/channel.ts';
import { createPostWebhookChannel, type PostWebhookOptions } from './post-webhook.ts';
import { slackPayload } from './slack-payload.ts';

/**
 * Slack by an incoming webhook. Slack does not say which message came of it, so each is a message of its own.
 *
 * @see Slack "Sending messages using incoming webhooks"
 */
export function createSlackWebhookChannel(options: PostWebhookOptions): Channel {
  return createPostWebhookChannel(options, (message) => ({
    ...slackPayload(message),
    unfurl_links: false,
    unfurl_media: false,
  }));
}
