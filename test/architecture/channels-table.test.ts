import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createChannels } from '../../infra/server/channels.ts';
import { toAlerts } from '../../shared/channels/alertmanager.ts';
import { toObjectEvents } from '../../shared/channels/kubernetes-events.ts';
import { mailText } from '../../shared/channels/mail-text.ts';
import { pagerDutyEvent } from '../../shared/channels/pagerduty-payload.ts';
import { slackPayload } from '../../shared/channels/slack-payload.ts';
import { teamsPayload } from '../../shared/channels/teams-payload.ts';
import type { ChannelSettings } from '../../shared/config/channel-settings.ts';
import { parseNotifyConfig } from '../../shared/config/notify-config.ts';
import { toEventResource } from '../../shared/kubernetes/object-event.ts';
import type { ChannelAbilities, Notice } from '../../shared/runtime/channel.ts';
import { notices } from '../support/notices.ts';
import { SILENT_LOG, TestClock } from '../support/runtime-ports.ts';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

/** The table's rows: its cells, without the backticks of the first. */
function rows(): readonly (readonly string[])[] {
  const start = readme.indexOf('| channel (`type`) |');
  expect(start, 'the README has the table of channels').toBeGreaterThan(0);
  const [table = ''] = readme.slice(start).split('\n\n');
  const lines = table.trim().split('\n').slice(2);
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** Every type once, as the example file has it. */
function channelOfType(type: string) {
  const text = readFileSync(new URL('infra/deploy/kubernetes/notify-example.yaml', root), 'utf8');
  const signing = `whsec_${Buffer.alloc(24).toString('base64')}`;
  const secrets = { readFile: () => signing, env: {} };
  const { channels } = parseNotifyConfig(text, {
    file: 'example',
    secrets,
    onUnusableSecret: () => undefined,
  });
  const settings = channels.find((it): it is ChannelSettings => it.type === type && it.enabled);
  const unasked = () => Promise.reject(new Error('nothing is written here'));
  const recorder = { record: unasked, repeat: unasked };
  const parts = { clock: new TestClock(), log: SILENT_LOG, recorder };
  const [channel] = createChannels(settings === undefined ? [] : [settings], parts);
  if (channel === undefined) throw new Error(`the example has no ${type}`);
  return channel;
}

const yes = (ability: boolean) => (ability ? 'yes' : 'no');

function cellsOf(abilities: ChannelAbilities): readonly string[] {
  const { updates, threads, resolves, deduplicates, signed, storms, keepAliveMs } = abilities;
  const reminded = keepAliveMs === undefined ? 'no' : `every ${keepAliveMs / 1_000} s`;
  return [updates, yes(threads), yes(resolves), yes(deduplicates), yes(signed), yes(storms), reminded];
}

const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const note = (notice: Notice) => {
  const reporter = { controller: 'kubevirt-orphans.dev/notify', instance: 'pod' };
  const all = toObjectEvents(notice).map(
    (event) => toEventResource(event, 'default', reporter) as { readonly note: string },
  );
  return Math.max(...all.map((event) => Buffer.byteLength(event.note)));
};
const annotation = (notice: Notice) =>
  Math.max(
    ...toAlerts(notice, undefined).flatMap(({ annotations }) =>
      Object.values(annotations).map((it) => it.length),
    ),
  );

/** What the largest message is measured by, in the unit of the table. */
const MEASURED: Readonly<Record<string, (notice: Notice) => number>> = {
  'slack-webhook': ({ message }) => JSON.stringify(slackPayload(message)).length,
  slack: ({ message }) => JSON.stringify(slackPayload(message)).length,
  teams: ({ message }) => size(teamsPayload(message)),
  pagerduty: ({ message }) => size(pagerDutyEvent(message)),
  alertmanager: annotation,
  mail: ({ message }) => mailText(message).text.length,
  webhook: ({ event }) => size(event),
  'kubernetes-events': note,
  log: ({ message }) => message.title.length,
};

describe("the README's table of channels", () => {
  it('has every type', () => {
    expect(rows().map(([type]) => type)).toEqual(Object.keys(MEASURED));
  });

  it.each(Object.keys(MEASURED))('says what %s can do', (type) => {
    const [, ...cells] = rows().find(([name]) => name === type) ?? [];
    expect(cells.slice(0, -1)).toEqual(cellsOf(channelOfType(type).abilities));
  });

  it.each(Object.entries(MEASURED))('says how large a message for %s gets at most', (type, measure) => {
    const limit =
      rows()
        .find(([name]) => name === type)
        ?.at(-1) ?? '';
    const most = Number(/^([\d,]+) /.exec(limit)?.[1]?.replaceAll(',', ''));
    const measured = Object.values(notices()).map(measure);
    expect(measured.length).toBeGreaterThan(5);
    expect(Math.max(...measured), limit).toBeLessThanOrEqual(most);
    expect(Math.min(...measured)).toBeGreaterThan(0);
  });
});
