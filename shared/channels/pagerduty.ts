import type { DurationMs } from '../domain/units.ts';
import type { Channel } from '../runtime/channel.ts';
import { callChannel } from './http-call.ts';
import { pagerDutyEvent } from './pagerduty-payload.ts';

export interface PagerDutyOptions {
  /** As the configuration names it. */
  readonly name: string;
  /** The integration key of a service, a secret: asked for with every notice, so that it may change. */
  readonly routingKey: () => string;
  /** How long one try may take. */
  readonly timeoutMs: DurationMs;
  /** PAGERDUTY_URL unless told; accounts in the EU have `https://events.eu.pagerduty.com/v2/enqueue`. */
  readonly url?: string | undefined;
  /** Where it may redirect to; nowhere unless told. */
  readonly redirectHosts?: readonly string[];
}

/** Source: PagerDuty developer documentation, "Events API v2 Overview". */
const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';

/**
 * PagerDuty by Events API v2: one alert for each incident, triggered, and resolved when it is over. PagerDuty drops what it gets
 * twice under one key.
 */
export function createPagerDutyChannel(options: PagerDutyOptions): Channel {
  const { name, routingKey, timeoutMs, url = PAGERDUTY_URL, redirectHosts = [] } = options;
  return {
    name,
    abilities: {
      updates: 'no',
      threads: false,
      resolves: true,
      deduplicates: true,
      signed: false,
      storms: true,
      remediation: true,
      keepAliveMs: undefined,
    },
    async send({ message }) {
      const event = pagerDutyEvent(message);
      const body = JSON.stringify({ routing_key: routingKey(), ...event });
      const headers = { 'content-type': 'application/json' };
      await callChannel(name, { url, headers, body, timeoutMs, redirectHosts });
      return { externalId: event.dedup_key };
    },
  };
}
