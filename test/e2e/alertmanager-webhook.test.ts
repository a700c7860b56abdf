import { dump } from 'js-yaml';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isConditionTrue } from '../../infra/local/simulation/controllers/views.ts';
import { ORPHANS_ALERT } from '../../shared/domain/alerts/alert.ts';
import { labelFingerprint } from '../../shared/domain/alerts/label-fingerprint.ts';
import { expectPublished } from '../support/event-schemas.ts';
import { type LoopbackSink, startLoopbackSink } from '../support/loopback-sink.ts';
import { skipReason } from '../support/promtool.ts';
import { type ReachableSimulation, startReachableSimulation } from '../support/simulated-kubeconfig.ts';
import { type Daemon, startDaemon } from './support/daemon.ts';
import { FunctionProcess } from './support/function-process.ts';
import { secretFile } from './support/secret-file.ts';
import { until } from './support/until.ts';

const skipped = skipReason('prometheus-alertmanager');
const TOKEN = 'correct-horse-battery-staple';
const LOGIN = 'alertmanager:hunter-2-hunter';
const TAINT = { key: 'maintenance', effect: 'NoExecute' } as const;
const FIRED = '2026-08-22T10:10:00.000Z';
type Labels = Readonly<Record<string, string>>;

describe.skipIf(skipped !== '')(`the webhook of the real Alertmanager${skipped}`, () => {
  let simulation: ReachableSimulation;
  let sink: LoopbackSink;
  let served: FunctionProcess;
  let alertmanager: Daemon;
  const secrets = [secretFile(`an-old-one\n${TOKEN}\n`), secretFile(LOGIN)];

  beforeAll(async () => {
    [simulation, sink] = await Promise.all([startReachableSimulation(), startLoopbackSink()]);
    const [tokens, logins] = secrets;
    served = await FunctionProcess.start('alert-received', {
      K_SINK: sink.url,
      KUBECONFIG: simulation.kubeconfigFile,
      SINK_TIMEOUT_SECONDS: '1',
      ALERT_WEBHOOK_TOKEN_FILE: tokens?.path ?? '',
      ALERT_WEBHOOK_BASIC_AUTH_FILE: logins?.path ?? '',
    });
    alertmanager = await startAlertmanager(`${served.url}alerts`);
    await orphan('node02');
  });
  afterEach(() => sink.answer(202));
  afterAll(async () => {
    await alertmanager?.stop();
    await served?.stop();
    await Promise.all([simulation?.stop(), sink?.stop()]);
    for (const secret of secrets) secret.remove();
  });

  async function orphan(node: string): Promise<void> {
    simulation.cluster.taint(node, TAINT);
    await until('the handler is gone', async () => simulation.cluster.handlersOn(node).length === 0);
  }

  const labelsOf = (more: Labels): Labels => ({
    alertname: ORPHANS_ALERT,
    node: 'node02',
    namespace: 'kubevirt',
    severity: 'warning',
    ...more,
  });

  /** Fires an alert, or resolves it, as Prometheus does. */
  async function send(labels: Labels, parts: object = {}): Promise<void> {
    const { status } = await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([
        { labels, annotations: { summary: 'line one\n<b>' }, startsAt: FIRED, ...parts },
      ]),
    });
    expect(status).toBe(200);
  }

  async function fingerprintOf(labels: Labels): Promise<string | undefined> {
    const filter = encodeURIComponent(`case="${labels['case']}"`);
    const answer = await fetch(`${alertmanager.url}/api/v2/alerts?filter=${filter}`);
    return ((await answer.json()) as { fingerprint: string }[])[0]?.fingerprint;
  }

  /** What was said of an alert, in order. */
  const saidOf = (fingerprint: string | undefined) =>
    sink.events.filter(
      ({ type, data }) =>
        type.endsWith('alert.verified.v1') && (data as { fingerprint: string }).fingerprint === fingerprint,
    );
  const verdictsOf = (fingerprint: string | undefined) =>
    saidOf(fingerprint).map(({ verdict, data }) => `${(data as { status: string }).status} ${verdict}`);

  it('reaches alert-received, which says that it is true, and later that it is over', async () => {
    await orphan('node03');
    const labels = labelsOf({ case: 'story', node: 'node03', odd: '<b>é\n"\u{1F4A5}' });
    await send(labels);
    const fingerprint = labelFingerprint(labels);
    await expect.poll(() => verdictsOf(fingerprint), { timeout: 15_000 }).toEqual(['firing Confirmed']);
    expect(await fingerprintOf(labels)).toBe(fingerprint);
    const [said] = saidOf(fingerprint);
    if (said !== undefined) expectPublished(said);
    expect(said?.data).toMatchObject({ startsAt: FIRED, node: { name: 'node03' }, incident: { episode: 1 } });
    expect(sink.events.map(({ type }) => type)).toContain('dev.kubevirt-orphans.incident.opened.v1');

    simulation.cluster.untaint('node03', TAINT.key);
    await until('the handler is Ready again', async () =>
      simulation.cluster.handlersOn('node03').some((pod) => isConditionTrue(pod, 'Ready')),
    );
    await send(labels, { endsAt: '2026-08-22T10:20:00.000Z' });
    await expect
      .poll(() => verdictsOf(fingerprint), { timeout: 15_000 })
      .toEqual(['firing Confirmed', 'resolved AlreadyRecovered']);
  }, 60_000);

  it('is taken with basic authentication as well', async () => {
    const labels = labelsOf({ case: 'basic' });
    await send(labels);
    await expect
      .poll(() => verdictsOf(labelFingerprint(labels)), { timeout: 15_000 })
      .toEqual(['firing Confirmed']);
  });

  it('is sent again while 503 is answered, and told under one id', async () => {
    const labels = labelsOf({ case: 'again' });
    const before = sink.sentIds.length;
    sink.answer(503);
    await send(labels);
    await expect
      .poll(
        () => new Set(sink.sentIds.slice(before)).size > 0 && served.metric(EVENTS, { outcome: 'failed' }),
        { timeout: 20_000 },
      )
      .toBeGreaterThan(1);
    sink.answer(202);
    const fingerprint = labelFingerprint(labels);
    await expect.poll(() => verdictsOf(fingerprint), { timeout: 20_000 }).toEqual(['firing Confirmed']);
    expect(new Set(sink.sentIds.filter((id) => id.includes(fingerprint))).size).toBe(1);
  }, 60_000);

  it('is not sent again after 401', async () => {
    const labels = labelsOf({ case: 'refused' });
    await send(labels);
    await expect.poll(failedNotifications, { timeout: 15_000 }).toBe(1);
    expect(await served.metric(EVENTS, { type: 'unreadable', outcome: 'rejected' })).toBe(1);
    expect(verdictsOf(labelFingerprint(labels))).toEqual([]);
    expect(served.log).not.toContain(TOKEN);
    expect(served.log).not.toContain('hunter');
  });

  it('is taken with a new secret without a restart, and no longer with the old one', async () => {
    const [tokens] = secrets;
    tokens?.write('a-new-one');
    const statusWith = async (token: string) => {
      const { status } = await fetch(`${served.url}alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '{"version":"4","alerts":[]}',
      });
      return status;
    };
    expect([await statusWith('a-new-one'), await statusWith(TOKEN)]).toEqual([204, 401]);
    tokens?.remove();
    expect(await statusWith('a-new-one')).toBe(503);
  });

  /** How many notifications Alertmanager has given up: it counts them then only. */
  async function failedNotifications(): Promise<number> {
    const text = await (await fetch(`${alertmanager.url}/metrics`)).text();
    return Number(
      /^alertmanager_notifications_failed_total\{integration="webhook"\} (\d+)$/m.exec(text)?.[1],
    );
  }
});

const EVENTS = 'kubevirt_orphans_events_total';

function startAlertmanager(url: string): Promise<Daemon> {
  const receiverOf = (name: string, http_config: object) => ({
    name,
    webhook_configs: [{ url, send_resolved: true, http_config }],
  });
  const config = {
    route: {
      receiver: 'token',
      group_by: ['case'],
      group_wait: '10ms',
      group_interval: '1s',
      repeat_interval: '4h',
      routes: [
        { receiver: 'basic', matchers: ['case="basic"'] },
        // One attempt after the other is what is looked at, so no new one begins meanwhile.
        { receiver: 'token', matchers: ['case="again"'], group_interval: '1m' },
        { receiver: 'refused', matchers: ['case="refused"'], group_interval: '1h' },
      ],
    },
    receivers: [
      receiverOf('token', { authorization: { type: 'Bearer', credentials: TOKEN } }),
      receiverOf('basic', {
        basic_auth: { username: LOGIN.split(':')[0], password: LOGIN.split(':')[1] },
      }),
      receiverOf('refused', { authorization: { type: 'Bearer', credentials: 'a-wrong-one' } }),
    ],
  };
  return startDaemon({
    program: 'prometheus-alertmanager',
    files: { 'alertmanager.yml': dump(config) },
    args: (directory, port) => [
      `--config.file=${directory}/alertmanager.yml`,
      `--storage.path=${directory}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
  });
}
