import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ChannelServers, startChannelServers } from '../../support/channel-servers.ts';
import { endProgramsAfterEach, freePort, startProgram } from '../../support/program.ts';
import { type ReachableSimulation, startReachableSimulation } from '../../support/simulated-kubeconfig.ts';

const TAINT = { key: 'maintenance', effect: 'NoExecute' } as const;

endProgramsAfterEach();
let servers: ChannelServers;
let simulation: ReachableSimulation;
const folder = mkdtempSync(join(tmpdir(), 'run-notify-'));
beforeEach(async () => {
  [servers, simulation] = await Promise.all([startChannelServers(), startReachableSimulation()]);
});
afterEach(async () => {
  await Promise.all([servers.close(), simulation.stop()]);
  rmSync(folder, { recursive: true });
});

/** How often each channel heard of something that has that in it. */
function heard(of: string): readonly number[] {
  const { received } = servers;
  return ['slack-webhook', 'teams', 'mail'].map(
    (name) => received[name]?.filter((what) => what.includes(of)).length ?? 0,
  );
}

/** What a channel heard last. */
function last(channel: string): string {
  return servers.received[channel]?.at(-1) ?? '';
}

/** What is only loaded when it is used (mail, Slack, signatures) is in the bundle in a form that can be loaded. */
it('the built program tells every channel that a node is orphaned, and that it is over, once', async () => {
  const notifyConfig = join(folder, 'notify.yaml');
  writeFileSync(notifyConfig, servers.config);
  const program = startProgram('kubevirt-orphans.mjs', ['run'], {
    ...servers.env,
    PORT: `${await freePort()}`,
    KUBECONFIG: simulation.kubeconfigFile,
    NOTIFY_CONFIG: notifyConfig,
    TICK_SECONDS: '1',
  });
  await expect.poll(() => program.stderr(), { timeout: 15_000 }).toContain('watching');
  simulation.cluster.taint('node02', TAINT);
  await expect.poll(() => heard('Orphaned: '), { timeout: 20_000 }).toEqual([1, 1, 1]);
  await expect.poll(() => servers.received['pagerduty']?.length, { timeout: 10_000 }).toBe(1);
  simulation.cluster.untaint('node02', TAINT.key);
  await expect.poll(() => heard('Recovered: '), { timeout: 20_000 }).toEqual([1, 1, 1]);
  await expect.poll(() => last('webhook'), { timeout: 10_000 }).toContain('.resolved');
  await expect.poll(() => last('slack'), { timeout: 10_000 }).toContain('in the thread');
  await expect.poll(() => last('pagerduty'), { timeout: 10_000 }).toContain('resolve');
  expect(heard('Orphaned: ')).toEqual([1, 1, 1]);
  expect(servers.received['alertmanager']?.length).toBeGreaterThanOrEqual(2);
  for (const secret of Object.values(servers.env))
    expect(program.stderr() + program.stdout()).not.toContain(secret);
});
