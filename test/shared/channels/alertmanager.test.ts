import nock from 'nock';
import { describe, expect, it } from 'vitest';
import {
  type Alert,
  type AlertmanagerOptions,
  createAlertmanagerChannel,
  toAlerts,
} from '../../../shared/channels/alertmanager.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { failureOf } from '../../support/failure.ts';
import { describeGoldens } from '../../support/golden.ts';
import { at } from '../../support/incidents.ts';
import { notices } from '../../support/notices.ts';
import { useNock } from '../kubernetes/fake-api.ts';

useNock();

const PEERS = ['http://am-0:9093', 'https://am-1.example/alerts/'];
const PATHS = ['/api/v2/alerts', '/alerts/api/v2/alerts'];

function aChannel(parts: Partial<AlertmanagerOptions> = {}) {
  return createAlertmanagerChannel({
    name: 'alerts',
    urls: () => PEERS.slice(0, 1),
    timeoutMs: durationMs(1_000),
    ...parts,
  });
}

/** Sends a notice to one peer, and answers with what it got. */
async function posted(notice: Notice, previous?: string) {
  let body: unknown;
  nock('http://am-0:9093')
    .post(PATHS[0] as string, (sent) => {
      body = sent;
      return true;
    })
    .reply(200);
  const receipt = await aChannel().send(notice, previous);
  return { alerts: body as readonly Alert[], receipt };
}

function opened(message: Partial<Message> = {}): Notice {
  const { opened: notice } = notices();
  if (notice === undefined) throw new Error('there is one');
  return { ...notice, message: { ...notice.message, ...message } };
}

const { now } = opened();
const CLOSED = { state: 'Resolved', endedAt: at('2026-08-22T10:12:00Z') } as const;

describe('an alert', () => {
  it('has labels that nothing but the severity changes during an incident', async () => {
    const { alerts } = await posted(opened());
    expect(alerts.map(({ labels }) => labels)).toEqual([
      {
        alertname: 'KubeVirtNodeOrphaned',
        cluster: 'lab',
        node: 'node02',
        severity: 'warning',
        kubernetes_operator_part_of: 'kubevirt',
      },
    ]);
    const changed = { revision: 9, cause: 'NodeNotReady', title: 'Other', sentences: [], lists: [] } as const;
    const later = await posted({ ...opened(changed), intent: 'update', vmis: [] }, 'warning');
    expect(later.alerts[0]?.labels).toEqual(alerts[0]?.labels);
  });

  it('lives for four keep-alives from now, and began when the incident did', async () => {
    const { alerts } = await posted(opened({ since: at('2026-08-22T10:00:00Z') }));
    expect(alerts).toMatchObject([
      { startsAt: '2026-08-22T10:00:00.000Z', endsAt: '2026-08-22T10:16:30.500Z' },
    ]);
    expect(aChannel().abilities.keepAliveMs).toBe(60_000);
  });

  it('leads to the dashboard, and has no empty annotation', async () => {
    expect((await posted(opened())).alerts[0]?.generatorURL).toContain('https://grafana.example/d/orphans');
    const [bare] = (await posted(opened({ links: [], lists: [], help: undefined }))).alerts;
    expect(bare).not.toHaveProperty('generatorURL');
    expect(Object.keys(bare?.annotations ?? {})).toEqual(['summary', 'description', 'cause', 'incident']);
  });

  it('cuts what is too long, but leaves a command out that would be another one', async () => {
    const help = { summary: 'Label it.', command: 'x'.repeat(4_001) };
    const [alert] = (await posted(opened({ sentences: ['y'.repeat(5_000)], help }))).alerts;
    expect(alert?.annotations['description']).toMatch(/^y{3999}…$/);
    expect(alert?.annotations).not.toHaveProperty('command');
  });

  it('begins no later than it is told, whatever the clocks say', async () => {
    const { alerts } = await posted(opened({ since: at('2026-08-22T11:00:00Z') }));
    expect(alerts[0]?.startsAt).toBe(new Date(now).toISOString());
  });
});

describe('what is over', () => {
  it.each(['resolve', 'repeat'] as const)('is resolved by %s, with its end', async (intent) => {
    const { alerts, receipt } = await posted({ ...opened(CLOSED), intent }, 'warning');
    expect(alerts).toMatchObject([{ labels: { severity: 'warning' }, endsAt: '2026-08-22T10:12:00.000Z' }]);
    expect(receipt).toEqual({ externalId: 'warning' });
  });

  it('is resolved under the severity that Alertmanager knows, also when it ended badly', async () => {
    const { alerts, receipt } = await posted(opened({ ...CLOSED, severity: 'critical' }), 'warning');
    expect(alerts.map(({ labels }) => labels['severity'])).toEqual(['warning']);
    expect(receipt).toEqual({ externalId: 'warning' });
  });

  it('never ends in the future, nor before it began', async () => {
    const late = { ...CLOSED, since: at('2026-08-22T10:12:00Z'), endedAt: at('2026-08-22T11:00:00Z') };
    const early = { ...CLOSED, since: at('2026-08-22T10:12:00Z'), endedAt: at('2026-08-22T09:00:00Z') };
    for (const message of [late, early]) {
      const [alert] = (await posted(opened(message))).alerts;
      expect(Date.parse(alert?.endsAt ?? '')).toBeLessThanOrEqual(now);
      expect(Date.parse(alert?.startsAt ?? '')).toBeLessThanOrEqual(Date.parse(alert?.endsAt ?? ''));
    }
  });
});

describe('a changed severity', () => {
  it('resolves the alert with the one before in the same request', async () => {
    const { alerts, receipt } = await posted(
      { ...opened({ severity: 'critical' }), intent: 'update' },
      'warning',
    );
    expect(alerts.map(({ labels, endsAt }) => [labels['severity'], endsAt])).toEqual([
      ['critical', '2026-08-22T10:16:30.500Z'],
      ['warning', new Date(now).toISOString()],
    ]);
    expect(receipt).toEqual({ externalId: 'critical' });
  });

  it('is not seen in a receipt that is none of ours', async () => {
    expect((await posted(opened(), 'ts-1234')).alerts).toHaveLength(1);
  });
});

describe('several peers', () => {
  function answer(statuses: readonly number[]): void {
    for (const [index, status] of statuses.entries())
      nock(new URL(PEERS[index] as string).origin)
        .post(PATHS[index] as string)
        .reply(status);
  }
  const send = () => aChannel({ urls: () => PEERS }).send(opened(), undefined);

  it.each([[[200, 200]], [[503, 200]], [[200, 400]]])(
    'all are told, and one is enough: %j',
    async (statuses) => {
      answer(statuses);
      await expect(send()).resolves.toEqual({ externalId: 'warning' });
    },
  );

  it.each([
    [[503, 503], 'CHANNEL_UNAVAILABLE'],
    [[400, 429], 'CHANNEL_UNAVAILABLE'],
    [[400, 401], 'CHANNEL_REFUSED'],
  ] as const)('fail when none took it: %j is %s', async (statuses, code) => {
    answer(statuses);
    expect(await failureOf(send)).toMatchObject({ code });
  });

  it('are refused when there are none', async () => {
    const failure = await failureOf(() => aChannel({ urls: () => [] }).send(opened(), undefined));
    expect(failure.code).toBe('CHANNEL_REFUSED');
  });
});

describe('who tells', () => {
  it('is in headers, or in the address, and in no error', async () => {
    nock('http://am-0:9093')
      .post(PATHS[0] as string)
      .matchHeader('authorization', 'Bearer SECRET')
      .reply(401);
    nock('http://am-2:9093')
      .post(PATHS[0] as string)
      .matchHeader('authorization', `Basic ${Buffer.from('alice:SECRET').toString('base64')}`)
      .reply(403);
    const headers = () => ({ authorization: 'Bearer SECRET' });
    for (const channel of [
      aChannel({ headers }),
      aChannel({ urls: () => ['http://alice:SECRET@am-2:9093'] }),
      aChannel({ urls: () => ['SECRET'] }),
    ]) {
      const failure = await failureOf(() => channel.send(opened(), undefined));
      expect(`${failure.stack} ${failure.remedy} ${String(failure.cause)}`).not.toMatch(/SECRET|am-/);
    }
  });
});

describeGoldens('alertmanager', (notice) => toAlerts(notice, undefined));
