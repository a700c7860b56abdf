import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChannels } from '../../infra/server/channels.ts';
import { parseNotifyConfig } from '../../shared/config/notify-config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { Channel } from '../../shared/runtime/channel.ts';
import type { ObjectEvent } from '../../shared/runtime/event-recorder.ts';
import { SILENT_LOG } from './runtime-ports.ts';
import { ScriptedSmtp } from './scripted-smtp.ts';

/** The other sides of all channels, on the loopback interface; each keeps what it gets. */
export interface ChannelServers {
  /** By channel: what came, in its order. */
  readonly received: Readonly<Record<string, readonly string[]>>;
  /** The channels that tell them, by a configuration as a user would write it. */
  channels(clock: Clock): readonly Channel[];
  /** That configuration for a process, without Kubernetes Events, and the secrets that it names. */
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const SECRETS: Readonly<Record<string, string>> = {
  TOKEN: 'xoxb-1-2-3',
  KEY: 'k'.repeat(32),
  SIGNING: `whsec_${Buffer.alloc(24).toString('base64')}`,
};

/** Every channel, those that have another side at `base`. */
function configFor(base: string, names: readonly string[]): string {
  const all = `
  - {name: slack-webhook, type: slack-webhook, webhookUrl: {env: SLACK_WEBHOOK}}
  - {name: slack, type: slack, token: {env: TOKEN}, channel: C0123456789, apiUrl: ${base}/slack/}
  - {name: teams, type: teams, webhookUrl: {env: TEAMS}}
  - {name: pagerduty, type: pagerduty, routingKey: {env: KEY}, url: ${base}/pagerduty}
  - {name: alertmanager, type: alertmanager, urls: ["${base}/alertmanager"]}
  - {name: mail, type: mail, url: {env: SMTP}, from: orphans@example.org, to: [ops@example.org]}
  - {name: webhook, type: webhook, url: {env: WEBHOOK}, secrets: [{env: SIGNING}]}
  - {name: kubernetes-events, type: kubernetes-events}
  - {name: log, type: log}`;
  const channels = all.split('\n').filter((line) => names.some((name) => line.includes(`{name: ${name},`)));
  return `channels:\n${channels.join('\n')}\nroutes:\n  - channels: [${names.join()}]\n`;
}

const REMOTE = ['slack-webhook', 'slack', 'teams', 'pagerduty', 'alertmanager', 'mail', 'webhook'] as const;

/** Starts them. `received` is sorted into the names of channels by the first part of the path. */
export async function startChannelServers(): Promise<ChannelServers> {
  const received: Record<string, string[]> = {};
  const keep = (channel: string, what: string): void => {
    const kept = received[channel] ?? [];
    received[channel] = [...kept, what];
  };
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const [, channel = ''] = (request.url ?? '').split('/');
      keep(channel, `${request.method} ${request.url} ${summary(channel, body)}`);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ok: true, ts: '1700000000.000100', channel: 'C0123456789' }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const smtp = await ScriptedSmtp.start();
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = {
    ...SECRETS,
    SLACK_WEBHOOK: `${base}/slack-webhook`,
    TEAMS: `${base}/teams`,
    WEBHOOK: `${base}/webhook`,
    SMTP: `smtp://127.0.0.1:${smtp.port}`,
  };
  const secrets = { readFile: () => '', env };
  const recorder = {
    record: async (event: ObjectEvent) => {
      keep('kubernetes-events', `${event.reason} ${event.regarding.kind} ${event.regarding.name}`);
      return 'there' as const;
    },
    repeat: () => Promise.reject(new Error('nothing is repeated in a story')),
  };
  const log = { ...SILENT_LOG, info: logged(keep), warn: logged(keep) };
  return {
    get received() {
      return { ...received, mail: smtp.mails.map(subjectOf) };
    },
    channels: (clock) => {
      const { channels } = parseNotifyConfig(configFor(base, [...REMOTE, 'kubernetes-events', 'log']), {
        file: 'story',
        secrets,
      });
      return createChannels(channels, { clock, log, recorder });
    },
    config: configFor(base, REMOTE),
    env,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await smtp.close();
    },
  };
}

function logged(keep: (channel: string, what: string) => void) {
  return (facts: Readonly<Record<string, unknown>>, text: string): void =>
    keep('log', `${facts['intent']} ${facts['state']}: ${text}`);
}

async function readBody(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** What of a body says which notice it is; the rest is in golden files. */
function summary(channel: string, body: string): string {
  if (channel === 'slack') return /thread_ts/.test(body) ? 'in the thread' : 'the message';
  const json = JSON.parse(body) as Record<string, unknown>;
  if (channel === 'pagerduty') return `${json['event_action']} ${json['dedup_key']}`;
  if (channel === 'webhook') return String(json['id']);
  if (channel === 'alertmanager')
    return (json as unknown as { endsAt: string }[]).map(({ endsAt }) => `until ${endsAt}`).join();
  return /"([^"]*node02[^"]*)"/.exec(body)?.[1] ?? body;
}

function subjectOf(mail: string): string {
  return /^Subject: (.*(?:\r?\n .*)*)/m.exec(mail)?.[1]?.replaceAll(/\r?\n/g, '') ?? mail;
}
