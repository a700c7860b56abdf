import type { WebClient } from '@slack/web-api';
import type { DurationMs } from '../domain/units.ts';
import type { Channel, Notice, Receipt } from '../runtime/channel.ts';
import { unavailable } from './channel-errors.ts';
import { askSlack, createSlackClient, failureOf, SlackAnswerError } from './slack-client.ts';
import { parseSlackMessageId, type SlackMessageId, slackMessageId } from './slack-message-id.ts';
import { type SlackBlock, slackNote, slackPayload } from './slack-payload.ts';

export interface SlackBotOptions {
  /** As the configuration names it. */
  readonly name: string;
  /** The bot's token, with scope `chat:write`: asked for with every notice, so that it may change. */
  readonly token: () => string;
  /** Id or name of Slack's channel. */
  readonly channel: string;
  /** How long one call may take. */
  readonly timeoutMs: DurationMs;
  /** Slack's own, `https://slack.com/api/`, unless told. */
  readonly apiUrl?: string | undefined;
}

/** The message cannot be changed any more: it is told anew. Source: Slack's reference of chat.update, errors. */
const GONE = new Set([
  'cant_update_message',
  'channel_not_found',
  'edit_window_closed',
  'is_inactive',
  'message_not_found',
  'thread_not_found',
]);

/**
 * Slack by a bot: one message for each incident, which is kept up to date; and below it, in its thread, a line whenever the
 * state or the severity changes, when it is repeated and when it is over, since an update alone rings nowhere.
 *
 * @see Slack's reference of chat.postMessage and chat.update
 */
export function createSlackBotChannel(options: SlackBotOptions): Channel {
  const { name, token, channel, timeoutMs, apiUrl } = options;
  return {
    name,
    abilities: {
      updates: 'in place',
      threads: true,
      resolves: true,
      deduplicates: false,
      signed: false,
      storms: true,
      remediation: true,
      keepAliveMs: undefined,
    },
    async send(notice, previous) {
      const client = await createSlackClient({ name, token: token(), timeoutMs, apiUrl });
      const told = parseSlackMessageId(previous);
      try {
        const updated = told && (await update(client, notice, told));
        return updated ?? (await post(client, notice, options));
      } catch (error) {
        throw failureOf(name, error);
      }
    },
  };

  async function post(
    client: WebClient,
    { message }: Notice,
    { name: self }: SlackBotOptions,
  ): Promise<Receipt> {
    const { text, blocks } = argumentsOf(message);
    const answer = await askSlack(() =>
      client.chat.postMessage({ channel, text, blocks, unfurl_links: false, unfurl_media: false }),
    );
    if (answer.channel === undefined || answer.ts === undefined)
      throw unavailable(self, 'Slack does not say which message came of it');
    return { externalId: slackMessageId({ channel: answer.channel, ts: answer.ts }, message) };
  }
}

/** `undefined` when there is nothing any more that could be updated. */
async function update(client: WebClient, notice: Notice, told: SlackMessageId): Promise<Receipt | undefined> {
  const { channel, ts } = told;
  const { intent, message, isAboutRemediation } = notice;
  try {
    await askSlack(() => client.chat.update({ channel, ts, ...argumentsOf(message) }));
    const isNews =
      intent === 'resolve' ||
      intent === 'repeat' ||
      isAboutRemediation ||
      told.state !== message.state ||
      told.severity !== message.severity;
    if (isNews)
      await askSlack(() =>
        client.chat.postMessage({ channel, thread_ts: ts, text: slackNote(notice), unfurl_links: false }),
      );
    return { externalId: slackMessageId(told, message) };
  } catch (error) {
    if (error instanceof SlackAnswerError && GONE.has(error.code)) return undefined;
    throw error;
  }
}

/** The SDK's types know no read-only lists. */
function argumentsOf(message: Notice['message']): { readonly text: string; readonly blocks: SlackBlock[] } {
  const { text, blocks } = slackPayload(message);
  return { text, blocks: [...blocks] };
}
