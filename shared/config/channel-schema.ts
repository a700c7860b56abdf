import * as z from 'zod';
import { durationMs } from '../domain/units.ts';
import {
  address,
  headerNameIsRight,
  NAME,
  NAME_ALLOWED,
  plainUrl,
  redirectHost,
  type SecretMaker,
  secretFields,
  slackChannel,
} from './channel-fields.ts';
import type { ChannelSettings } from './channel-settings.ts';
import { closed, flag, list, optional, required, text, whole, withDefault } from './fields.ts';
import { nearest } from './nearest.ts';
import { isHttpUrl, type Secret } from './secrets.ts';

/** In the order of the README. */
export const CHANNEL_TYPES = [
  'slack-webhook',
  'slack',
  'teams',
  'pagerduty',
  'alertmanager',
  'mail',
  'webhook',
  'kubernetes-events',
  'log',
] as const satisfies readonly ChannelSettings['type'][];

/** How many secrets, peers, addresses, hosts or headers one channel may have. */
const MAX_ITEMS = 20;

const NAME_LEAF = text(
  { unit: 'name', allowed: NAME_ALLOWED, what: 'what routes call it: part of logs, events and metrics' },
  (it) => NAME.test(it),
  false,
);
const HEADERS =
  'is no header that may be set (allowed: {NAME: secret}, and no NAME that the channel sets itself)';
const TIMEOUT = whole('seconds', [5, 1, 30], 'how long the other side may take for one call');
const REDIRECTS = list(required(redirectHost), { max: MAX_ITEMS })
  .optional()
  .transform((it) => it ?? []);

/**
 * The schema of a channel: its output is what the channel is made of.
 *
 * @param make - makes a secret of where it is, or says what is wrong with it
 */
export function channelSchema(make: SecretMaker) {
  const { secret, optionalSecret } = secretFields(make);
  const url = secret('httpUrl', 'the URL of the webhook');
  const options = [
    channel('slack-webhook', { webhookUrl: url, redirectHosts: REDIRECTS }),
    channel('slack', {
      token: secret('slackToken', "the bot's token, with chat:write"),
      channel: required(slackChannel),
      apiUrl: optional(plainUrl("where Slack's API is, if it is not Slack's own")),
    }),
    channel('teams', { webhookUrl: url, redirectHosts: REDIRECTS }),
    channel('pagerduty', {
      routingKey: secret('routingKey', "the key of the service's integration"),
      url: optional(
        plainUrl("where events go, if it is not PagerDuty's own, such as the one of its EU region"),
      ),
    }),
    channel('alertmanager', {
      urls: list(secret('httpUrl', 'every peer, not a load balancer in front of them', isHttpUrl), {
        max: MAX_ITEMS,
      }),
      bearerToken: optionalSecret('bearerToken', 'sent as a bearer token'),
      basicAuth: optionalSecret('userAndPassword', 'sent as basic auth, instead of a token'),
    }),
    channel('mail', {
      url: secret('mailUrl', 'the server, with user and password if need be'),
      from: required(address('who sends it')),
      to: list(required(address('who gets it')), { max: MAX_ITEMS }),
      requireTls: optional(
        flag(undefined, 'refuses servers without STARTTLS; unless told, when there is a password'),
      ),
    }),
    channel('webhook', {
      url,
      secrets: list(secret('signingSecret', 'what it is signed with, each'), { max: MAX_ITEMS }),
      headers: headers(secret('headerValue', 'a header of each request')),
      redirectHosts: REDIRECTS,
    }),
    channel('kubernetes-events', {}),
    channel('log', {}),
  ] as const;
  return z.discriminatedUnion('type', options, { error: wrongChannel });
}

/** What the file says of a channel, in the units of the program. */
export function toChannel({
  timeoutSeconds,
  ...settings
}: z.infer<ReturnType<typeof channelSchema>>): ChannelSettings {
  return { ...settings, timeoutMs: durationMs(timeoutSeconds * 1_000) };
}

function channel<T extends ChannelSettings['type'], S extends z.ZodRawShape>(type: T, shape: S) {
  return closed({
    type: z.literal(type),
    name: required(NAME_LEAF),
    enabled: withDefault(flag(true, '`false`: it is told nothing, whatever routes say'), true),
    timeoutSeconds: withDefault(TIMEOUT, 5),
    ...shape,
  });
}

function wrongChannel(issue: { readonly code?: string | undefined; readonly input?: unknown }): string {
  const allowed = `(allowed: ${CHANNEL_TYPES.join(', ')})`;
  if (issue.code !== 'invalid_union')
    return `is no channel (allowed: an object of type, name and what the type needs)`;
  const { type } = issue.input as { readonly type?: unknown };
  if (type === undefined) return `is missing ${allowed}`;
  const meant = typeof type === 'string' ? nearest(type, CHANNEL_TYPES) : undefined;
  return `no such type of channel${meant === undefined ? '' : `, did you mean ${meant}?`} ${allowed}`;
}

function headers<T extends z.ZodType<Secret>>(value: T) {
  return z
    .record(z.string().refine(headerNameIsRight, { error: HEADERS }), value, { error: HEADERS })
    .optional()
    .transform(lowerCased);
}

function lowerCased(headers: Readonly<Record<string, Secret>> = {}): Readonly<Record<string, Secret>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
