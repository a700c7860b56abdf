import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAlertmanagerChannel } from '../../../shared/channels/alertmanager.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';
import type { Intent } from '../../../shared/domain/notifications/next-intent.ts';
import { durationMs, epochMs } from '../../../shared/domain/units.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { notices } from '../../support/notices.ts';
import { Alertmanager, alertmanagerMissing } from '../support/alertmanager.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';

/** As the README has it. */
const INHIBITION = `
inhibit_rules:
  - source_matchers: [alertname="KubeVirtNodeOrphaned", severity=~"warning|critical"]
    target_matchers: [alertname="OrphanedVirtualMachineInstances"]
    equal: [node]
`;
const missing = alertmanagerMissing();
if (missing !== undefined) console.warn(`skipped: Alertmanager: ${missing}`);

/** A notice of a node, told now: Alertmanager lives in real time. */
function aNotice(node: string, intent: Intent, parts: Partial<Message> = {}): Notice {
  const { opened } = notices();
  if (opened === undefined) throw new Error('there is one');
  const now = epochMs(Date.now());
  const message = { ...opened.message, node, since: epochMs(now - 60_000), ...parts };
  return { ...opened, intent, message, now };
}

/** The node is well again since a second. */
const over = (): Partial<Message> => ({ state: 'Resolved', endedAt: epochMs(Date.now() - 1_000) });

describe.skipIf(missing !== undefined)('the real Alertmanager', () => {
  const peers: Alertmanager[] = [];
  beforeAll(async () => {
    peers.push(await Alertmanager.start(INHIBITION), await Alertmanager.start(INHIBITION));
  });
  afterAll(() => Promise.all(peers.map((peer) => peer.stop())));

  const channelTo = (urls: readonly string[]) =>
    createAlertmanagerChannel({ name: 'alerts', urls: () => urls, timeoutMs: durationMs(5_000) });
  const channel = () => channelTo(peers.map(({ url }) => url));
  const shown = (node: string, peer = 0) => (peers[peer] as Alertmanager).query(`node=${node}`);

  it('gets our alert at every peer, as amtool shows', async () => {
    const notice = aNotice('node-a', 'open');
    expect(await channel().send(notice, undefined)).toEqual({ externalId: 'warning' });
    for (const peer of [0, 1])
      expect(await shown('node-a', peer)).toMatchObject([
        {
          labels: { alertname: 'KubeVirtNodeOrphaned', cluster: 'lab', node: 'node-a', severity: 'warning' },
          annotations: { summary: notice.message.title, cause: notice.message.cause },
          status: { state: 'active' },
          generatorURL: expect.stringContaining('https://grafana.example/'),
        },
      ]);
  });

  it('keeps it alive as long as it is told again, as one alert', async () => {
    await channel().send(aNotice('node-b', 'open'), undefined);
    const [first] = await shown('node-b');
    await channel().send({ ...aNotice('node-b', 'repeat'), now: epochMs(Date.now() + 30_000) }, 'warning');
    const again = await shown('node-b');
    expect(again).toHaveLength(1);
    expect(Date.parse(again[0]?.endsAt ?? '')).toBeGreaterThan(Date.parse(first?.endsAt ?? ''));
    // Longer than three reminders, each a minute apart, may be missing.
    expect(Date.parse(first?.endsAt ?? '') - Date.now()).toBeGreaterThan(180_000);
  });

  it('resolves it, and it stays resolved when that is told again', async () => {
    await channel().send(aNotice('node-c', 'open'), undefined);
    expect(await shown('node-c')).toHaveLength(1);
    for (const intent of ['resolve', 'repeat'] as const) {
      await channel().send(aNotice('node-c', intent, over()), 'warning');
      expect(await shown('node-c')).toEqual([]);
    }
    await channel().send(aNotice('node-c', 'open'), undefined);
    expect(await shown('node-c')).toHaveLength(1);
  });

  it('has one alert of a node when its severity changes, and none when it is over', async () => {
    const severities = async () => (await shown('node-d')).map(({ labels }) => labels['severity']);
    await channel().send(aNotice('node-d', 'open', { severity: 'info', state: 'Suspected' }), undefined);
    expect(await severities()).toEqual(['info']);
    await channel().send(aNotice('node-d', 'update'), 'info');
    expect(await severities()).toEqual(['warning']);
    await channel().send(aNotice('node-d', 'resolve', { ...over(), severity: 'critical' }), 'warning');
    expect(await severities()).toEqual([]);
  });

  it('takes names and texts of any kind', async () => {
    for (const [name, { message }] of Object.entries(notices())) {
      const node = `${name}-${message.node}`;
      const { title, sentences, lists, help, links, cluster } = message;
      const parts = { title, sentences, lists, help, links, cluster };
      await channel().send(aNotice(node, 'open', parts), undefined);
      const [alert] = (await (peers[0] as Alertmanager).query('alertname=KubeVirtNodeOrphaned')).filter(
        ({ labels }) => labels['node'] === node,
      );
      expect(alert?.annotations['summary'], name).toBe(message.title);
    }
  });

  it("inhibits KubeVirt's own alert about the same node, while ours is more than a warning sign", async () => {
    const [peer] = peers as [Alertmanager];
    const kubeVirts = ['node-e', 'node-f'].map((node) => ({
      labels: { alertname: 'OrphanedVirtualMachineInstances', severity: 'warning', node },
    }));
    const body = JSON.stringify(kubeVirts);
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${peer.url}/api/v2/alerts`, { method: 'POST', headers, body })).status).toBe(200);
    const active = async () =>
      (await peer.query('alertname=OrphanedVirtualMachineInstances'))
        .map(({ labels }) => labels['node'])
        .sort();
    expect(await active()).toEqual(['node-e', 'node-f']);
    await channel().send(aNotice('node-f', 'open', { severity: 'info', state: 'AtRisk' }), undefined);
    await channel().send(aNotice('node-e', 'open'), undefined);
    await until("KubeVirt's alert is inhibited", async () => (await active()).join() === 'node-f');
    const [inhibited] = await peer.query(
      '--inhibited',
      'alertname=OrphanedVirtualMachineInstances',
      'node=node-e',
    );
    expect(inhibited?.status.inhibitedBy).toHaveLength(1);
    await channel().send(aNotice('node-e', 'resolve', over()), 'warning');
    await until("KubeVirt's alert counts again", async () => (await active()).length === 2);
  });

  it('is told while one of its peers is away', async () => {
    const away = `http://127.0.0.1:${await freePort()}`;
    const [peer] = peers as [Alertmanager];
    await expect(
      channelTo([away, peer.url]).send(aNotice('node-g', 'open'), undefined),
    ).resolves.toBeDefined();
    expect(await shown('node-g')).toHaveLength(1);
    const lonely = channelTo([away]).send(aNotice('node-h', 'open'), undefined);
    await expect(lonely).rejects.toMatchObject({ code: 'CHANNEL_UNAVAILABLE' });
  });
});
