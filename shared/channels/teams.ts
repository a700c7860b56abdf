import type { Channel } from '../runtime/channel.ts';
import { createPostWebhookChannel, type PostWebhookOptions } from './post-webhook.ts';
import { teamsPayload } from './teams-payload.ts';

/**
 * Microsoft Teams by a workflow's webhook. A workflow answers before it has posted, and does not say what came of it, so each is
 * a message of its own.
 *
 * @see Microsoft Teams "Create incoming webhooks with Workflows"
 */
export function createTeamsChannel(options: PostWebhookOptions): Channel {
  return createPostWebhookChannel(options, teamsPayload);
}
