import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runLive } from '../../../infra/local/run-live.ts';
import { readConfig } from '../../../shared/config/config.ts';
import { epochMs } from '../../../shared/domain/units.ts';
import type { ProductEvent } from '../../../shared/events/product-event.ts';
import { payload, sentAlert } from '../../support/alerts.ts';
import { freePort } from '../../support/program.ts';
import { type ReachableSimulation, startReachableSimulation } from '../../support/simulated-kubeconfig.ts';

let simulation: ReachableSimulation;
beforeAll(async () => {
  simulation = await startReachableSimulation();
}, 40_000);
afterAll(() => simulation.stop());

it('`run` takes alerts at POST /alerts as well, and tells what is true of them', async () => {
  const port = await freePort();
  const env = { PORT: `${port}`, ALERT_WEBHOOK_INSECURE: 'true', KUBECONFIG: simulation.kubeconfigFile };
  const events: ProductEvent[] = [];
  const ending = new AbortController();
  const running = runLive({
    config: readConfig(env),
    env,
    cluster: {},
    clock: { now: () => epochMs(Date.parse('2026-08-22T10:10:00Z')) },
    logTo: new Writable({ write: (_chunk, _encoding, done) => done() }),
    onEvent: (event) => void events.push(event),
    signal: ending.signal,
  });
  const post = async (body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await fetch(`http://127.0.0.1:${port}/alerts`, init).catch(() => undefined))?.status;
  };
  try {
    await Promise.race([running, expect.poll(() => post({}), { timeout: 20_000 }).toBe(400)]);
    expect(await post(payload([sentAlert({ node: 'node99' })]))).toBe(204);
    await expect
      .poll(() =>
        events.flatMap(({ node, verdict }) => (verdict === undefined ? [] : [`${node} ${verdict}`])),
      )
      .toEqual(['node99 FalsePositive']);
  } finally {
    ending.abort();
    await running;
  }
}, 40_000);
