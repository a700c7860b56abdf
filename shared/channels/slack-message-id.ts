import type { Message } from '../domain/notifications/message.ts';

/** Which message in Slack tells of an incident, and what it told last. */
export interface SlackMessageId {
  /** The channel's id: chat.update takes no name. */
  readonly channel: string;
  readonly ts: string;
  readonly state?: string | undefined;
  readonly severity?: string | undefined;
}

const ID = /^([A-Z0-9]{1,50})\/(\d{1,20}\.\d{1,20})(?:\/([A-Za-z]{1,20})\/([a-z]{1,20}))?$/;

/** The id as a delivery record keeps it: `<channel>/<ts>/<state>/<severity>`. */
export function slackMessageId({ channel, ts }: SlackMessageId, { state, severity }: Message): string {
  return `${channel}/${ts}/${state}/${severity}`;
}

/** `undefined` when there was none before, or it is none of ours. */
export function parseSlackMessageId(text: string | undefined): SlackMessageId | undefined {
  const [, channel, ts, state, severity] = ID.exec(text ?? '') ?? [];
  return channel === undefined || ts === undefined ? undefined : { channel, ts, state, severity };
}
