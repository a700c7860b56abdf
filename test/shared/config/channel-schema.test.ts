import { describe, expect, it } from 'vitest';
import { CHANNEL_TYPES } from '../../../shared/config/channel-schema.ts';
import type { ChannelSettings } from '../../../shared/config/channel-settings.ts';
import { aFile, mistakesOf, parseFile, SECRETS } from '../../support/notify-file.ts';

const url = { env: 'URL' };
/** One of each type, with all that it may have. */
const FULL: Readonly<Record<ChannelSettings['type'], object>> = {
  'slack-webhook': { webhookUrl: url, redirectHosts: ['a.example.test', 'b:8443', '[::1]:1'] },
  slack: { token: { env: 'SLACK' }, channel: 'C0123456789', apiUrl: 'http://slack.example.test/api/' },
  teams: { webhookUrl: url, redirectHosts: ['a.example.test'] },
  pagerduty: { routingKey: { env: 'PAGER' }, url: 'https://events.eu.example.test/v2/enqueue' },
  alertmanager: { urls: ['http://am-0:9093', url], bearerToken: { env: 'HEADER_WORD' } },
  mail: { url: { env: 'SMTP' }, from: 'Orphans <o@example.test>', to: ['a@example.test'], requireTls: false },
  webhook: {
    url,
    secrets: [{ env: 'SIGNING' }],
    headers: { 'X-Team': { env: 'HEADER' } },
    redirectHosts: ['a'],
  },
  'kubernetes-events': {},
  log: {},
};
const env = { ...SECRETS, HEADER_WORD: 'hunter2' };
const read = (type: string, parts: object = {}) =>
  parseFile(aFile({ channels: [{ name: 'log', type, ...FULL[type as keyof typeof FULL], ...parts }] }), {
    secrets: { env, readFile: () => '' },
  }).channels[0];

/** With secrets as what they are. */
function revealed(value: unknown): unknown {
  if (typeof value === 'function') return (value as () => string)();
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, revealed(it)]));
}

describe('a channel', () => {
  it.each<readonly [ChannelSettings['type'], object]>([
    ['slack-webhook', { webhookUrl: SECRETS.URL, redirectHosts: ['a.example.test', 'b:8443', '[::1]:1'] }],
    ['slack', { token: SECRETS.SLACK, channel: 'C0123456789', apiUrl: 'http://slack.example.test/api/' }],
    ['teams', { webhookUrl: SECRETS.URL, redirectHosts: ['a.example.test'] }],
    ['pagerduty', { routingKey: SECRETS.PAGER, url: 'https://events.eu.example.test/v2/enqueue' }],
    ['alertmanager', { urls: ['http://am-0:9093', SECRETS.URL], bearerToken: 'hunter2' }],
    [
      'mail',
      { url: SECRETS.SMTP, from: 'Orphans <o@example.test>', to: ['a@example.test'], requireTls: false },
    ],
    [
      'webhook',
      {
        url: SECRETS.URL,
        secrets: [SECRETS.SIGNING],
        headers: { 'x-team': SECRETS.HEADER },
        redirectHosts: ['a'],
      },
    ],
    ['kubernetes-events', {}],
    ['log', {}],
  ])('%s is what the file says', (type, expected) => {
    const common = { type, name: 'log', enabled: true, timeoutMs: 30_000 };
    expect(revealed(read(type, { timeoutSeconds: 30 }))).toEqual({ ...common, ...expected });
  });

  it('is of one of these types', () => {
    expect(Object.keys(FULL).sort()).toEqual([...CHANNEL_TYPES].sort());
    expect(mistakesOf(aFile({ channels: [{ name: 'log', type: 'slak' }] }))).toEqual([
      `channels[0].type: no such type of channel, did you mean slack? (allowed: ${CHANNEL_TYPES.join(', ')})`,
    ]);
    expect(mistakesOf(aFile({ channels: [{ name: 'log' }, 7] }))).toEqual([
      `channels[0].type: is missing (allowed: ${CHANNEL_TYPES.join(', ')})`,
      'channels[1]: is no channel (allowed: an object of type, name and what the type needs)',
    ]);
  });

  it.each<readonly [string, object, RegExp]>([
    [
      'slack',
      { token: SECRETS.SLACK },
      /^channels\[0]\.token: is a literal text, which is not shown \(allowed: \{file: \/PATH} or \{env: NAME in capitals} that holds a Slack token/,
    ],
    ['slack', { channel: '#general' }, /^channels\[0]\.channel: is wrong \(allowed: the id of a channel/],
    [
      'slack',
      { webhookUrl: url },
      /^channels\[0]: unknown key webhookUrl \(allowed: type, name, enabled, timeoutSeconds, token, channel, apiUrl\)/,
    ],
    [
      'slack',
      { timeoutSeconds: 31 },
      /^channels\[0]\.timeoutSeconds: 31 is not allowed \(allowed: whole number, 1 to 30\)/,
    ],
    ['slack', { name: 'a b' }, /^channels\[0]\.name: is wrong \(allowed: 1 to 63 letters/],
    ['teams', { webhookUrl: undefined }, /^channels\[0]\.webhookUrl: is missing/],
    [
      'teams',
      { webhookUrl: { file: 'relative' } },
      /^channels\[0]\.webhookUrl: is wrong, which is not shown/,
    ],
    [
      'teams',
      { webhookUrl: { env: 'URL', file: '/a' } },
      /^channels\[0]\.webhookUrl: is wrong, which is not shown/,
    ],
    [
      'teams',
      { redirectHosts: ['https://a.test/'] },
      /^channels\[0]\.redirectHosts\[0]: is wrong \(allowed: a host name/,
    ],
    [
      'pagerduty',
      { routingKey: { env: 'URL' } },
      /^channels\[0]\.routingKey: variable URL does not hold a PagerDuty routing key/,
    ],
    ['alertmanager', { urls: [] }, /^channels\[0]\.urls: is empty \(allowed: a list of 1 to 20\)/],
    [
      'alertmanager',
      { urls: ['http://ada:hunter2@am'] },
      /^channels\[0]\.urls\[0]: is a literal text, which is not shown/,
    ],
    [
      'alertmanager',
      { basicAuth: { env: 'BASIC' } },
      /^channels\[0]: has bearerToken and basicAuth \(allowed: one of them\)/,
    ],
    ['mail', { to: ['a@b, c@d'] }, /^channels\[0]\.to\[0]: is wrong \(allowed: name@domain/],
    ['mail', { from: 'a\nBcc: b@c' }, /^channels\[0]\.from: is wrong/],
    ['webhook', { secrets: [] }, /^channels\[0]\.secrets: is empty/],
    [
      'webhook',
      { headers: { 'Webhook-Id': url } },
      /^channels\[0]\.headers\.Webhook-Id: is no header that may be set/,
    ],
    [
      'webhook',
      { headers: { 'a b': url } },
      /^channels\[0]\.headers\.\(not shown\): is no header that may be set/,
    ],
  ])('%s may not have %j', (type, parts, mistake) => {
    const channel = { name: 'log', type, ...FULL[type as keyof typeof FULL], ...parts };
    const told = mistakesOf(JSON.parse(JSON.stringify(aFile({ channels: [channel] }))));
    expect(told).toContainEqual(expect.stringMatching(mistake));
    expect(told.join()).not.toContain('hunter2');
  });
});
