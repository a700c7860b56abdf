import { setTimeout as sleep } from 'node:timers/promises';
import { createAlertmanagerChannel } from '../../shared/channels/alertmanager.ts';
import { createKubernetesEventsChannel } from '../../shared/channels/kubernetes-events.ts';
import { createLogChannel } from '../../shared/channels/log.ts';
import { createMailChannel } from '../../shared/channels/mail.ts';
import { createPagerDutyChannel } from '../../shared/channels/pagerduty.ts';
import { createSlackBotChannel } from '../../shared/channels/slack-bot.ts';
import { createSlackWebhookChannel } from '../../shared/channels/slack-webhook.ts';
import { createTeamsChannel } from '../../shared/channels/teams.ts';
import { createWebhookChannel } from '../../shared/channels/webhook.ts';
import { withRetries } from '../../shared/channels/with-retries.ts';
import type { AlertmanagerSettings, ChannelSettings } from '../../shared/config/channel-settings.ts';
import { type Clock, type DurationMs, durationMs } from '../../shared/domain/units.ts';
import type { Channel } from '../../shared/runtime/channel.ts';
import type { EventRecorder } from '../../shared/runtime/event-recorder.ts';
import type { Log } from '../../shared/runtime/ports.ts';

export interface ChannelParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly recorder: EventRecorder;
}

/** No try begins later than this after the first: an event's handler has seconds, and the next tick tries again. */
const RETRY_TOTAL_MS: DurationMs = durationMs(10_000);

/** The channels that a configuration describes, each trying again by itself what may pass. */
export function createChannels(
  settings: readonly ChannelSettings[],
  parts: ChannelParts,
): readonly Channel[] {
  const retrying = {
    totalMs: RETRY_TOTAL_MS,
    clock: parts.clock,
    wait: (delayMs: DurationMs) => sleep(delayMs),
  };
  return settings
    .filter(({ enabled }) => enabled)
    .map((each) => withRetries(createChannel(each, parts), retrying));
}

function createChannel(settings: ChannelSettings, { clock, log, recorder }: ChannelParts): Channel {
  switch (settings.type) {
    case 'slack-webhook':
      return createSlackWebhookChannel(settings);
    case 'slack':
      return createSlackBotChannel(settings);
    case 'teams':
      return createTeamsChannel(settings);
    case 'pagerduty':
      return createPagerDutyChannel(settings);
    case 'alertmanager':
      return createAlertmanagerChannel({ ...settings, ...addressed(settings) });
    case 'mail':
      return createMailChannel(settings);
    case 'webhook':
      return createWebhookChannel({
        ...settings,
        secrets: () => settings.secrets.map((secret) => secret()),
        headers: () =>
          Object.fromEntries(Object.entries(settings.headers).map(([name, value]) => [name, value()])),
        clock,
      });
    case 'kubernetes-events':
      return createKubernetesEventsChannel({ name: settings.name, recorder, log });
    case 'log':
      return createLogChannel({ name: settings.name, log });
  }
}

function addressed({ urls, bearerToken, basicAuth }: AlertmanagerSettings) {
  return {
    urls: () => urls.map((url) => url()),
    headers: (): Readonly<Record<string, string>> => {
      if (bearerToken !== undefined) return { authorization: `Bearer ${bearerToken()}` };
      if (basicAuth === undefined) return {};
      return { authorization: `Basic ${Buffer.from(basicAuth()).toString('base64')}` };
    },
  };
}
