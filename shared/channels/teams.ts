import type { DurationMs } from '../domain/units.ts';
import type { Channel } from '../runtime/channel.ts';
import { callChannel } from './http-call.ts';
import { teamsPayload } from './teams-payload.ts';

export interface TeamsOptions {
  /** As the configuration names it. */
  readonly name: string;
  /** The workflow's URL, which is a secret: asked for with every notice, so that it may change. */
  readonly webhookUrl: () => string;
  /** How long one try may take. */
  readonly timeoutMs: DurationMs;
  /** Where it may redirect to; nowhere unless told. */
  readonly redirectHosts?: readonly string[];
}

/**
 * Microsoft Teams by a workflow's webhook. A workflow answers before it has posted, and does not say what came of it, so each is
 * a message of its own.
 *
 * @see Microsoft Teams "Create incoming webhooks with Workflows"
 */
export function createTeamsChannel({
  name,
  webhookUrl,
  timeoutMs,
  redirectHosts = [],
}: TeamsOptions): Channel {
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
      const body = JSON.stringify(teamsPayload(message));
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      await callChannel(name, { url: webhookUrl(), headers, body, timeoutMs, redirectHosts });
      return { externalId: undefined };
    },
  };
}
