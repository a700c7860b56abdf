import type { DurationMs } from '../domain/units.ts';
import type { Secret } from './secrets.ts';

interface Common {
  /** As routes name it: part of logs, events and metrics. */
  readonly name: string;
  /** Whether it is told at all. */
  readonly enabled: boolean;
  /** How long the other side may take for one call. */
  readonly timeoutMs: DurationMs;
}

/** A Slack incoming webhook: it cannot change what it has sent. */
export interface SlackWebhookSettings extends Common {
  readonly type: 'slack-webhook';
  readonly webhookUrl: Secret;
  /** Hosts (`name` or `name:port`) to which the other side may redirect. */
  readonly redirectHosts: readonly string[];
}

/** Slack with a bot's token: messages are changed in place, and threaded. */
export interface SlackSettings extends Common {
  readonly type: 'slack';
  readonly token: Secret;
  /** The id of a channel, not its name: names change. */
  readonly channel: string;
  /** Slack's own unless told. */
  readonly apiUrl?: string | undefined;
}

/** A Teams workflow that takes an adaptive card. */
export interface TeamsSettings extends Common {
  readonly type: 'teams';
  readonly webhookUrl: Secret;
  readonly redirectHosts: readonly string[];
}

/** PagerDuty Events API v2. */
export interface PagerDutySettings extends Common {
  readonly type: 'pagerduty';
  readonly routingKey: Secret;
  /** PagerDuty's own unless told. */
  readonly url?: string | undefined;
}

/** Alertmanager's API v2: all peers are told. */
export interface AlertmanagerSettings extends Common {
  readonly type: 'alertmanager';
  readonly urls: readonly Secret[];
  readonly bearerToken?: Secret | undefined;
  /** `user:password`. At most one of both. */
  readonly basicAuth?: Secret | undefined;
}

export interface MailSettings extends Common {
  readonly type: 'mail';
  /** smtp or smtps, with user and password if need be. */
  readonly url: Secret;
  readonly from: string;
  readonly to: readonly string[];
  /** Whether a server is refused that offers no STARTTLS; `undefined`: nothing was said. */
  readonly requireTls?: boolean | undefined;
}

/** A CloudEvent, signed as Standard Webhooks has it. */
export interface WebhookSettings extends Common {
  readonly type: 'webhook';
  readonly url: Secret;
  /** Each signs: an old and a new one while they are changed. */
  readonly secrets: readonly Secret[];
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, Secret>>;
  readonly redirectHosts: readonly string[];
}

/** Events of events.k8s.io/v1 on the node and its VMIs. */
export interface KubernetesEventsSettings extends Common {
  readonly type: 'kubernetes-events';
}

/** The log of the process. */
export interface LogSettings extends Common {
  readonly type: 'log';
}

/** A channel as the file describes it. */
export type ChannelSettings =
  | SlackWebhookSettings
  | SlackSettings
  | TeamsSettings
  | PagerDutySettings
  | AlertmanagerSettings
  | MailSettings
  | WebhookSettings
  | KubernetesEventsSettings
  | LogSettings;
