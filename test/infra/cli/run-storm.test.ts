import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ChannelServers, startChannelServers } from '../../support/channel-servers.ts';
import { endProgramsAfterEach, freePort, startProgram } from '../../support/program.ts';
import { type ReachableSimulation, startReachableSimulation } from '../../support/simulated-kubeconfig.ts';

const NODES = Array.from({ length: 50 }, (_, index) => `farm${String(index + 1).padStart(2, '0')}`);
/** The channels that have no message to change. */
const PEOPLE = ['slack-webhook', 'teams', 'pagerduty', 'mail'];

endProgramsAfterEach();
let servers: ChannelServers;
let simulation: ReachableSimulation;
const folder = mkdtempSync(join(tmpdir(), 'run-storm-'));
beforeEach(async () => {
  [servers, simulation] = await Promise.all([startChannelServers(), startReachableSimulation()]);
  for (const name of NODES) {
    simulation.cluster.addNode(name);
    simulation.cluster.addVmi({ namespace: 'farm', name: `vm-${name}`, node: name });
  }
});
afterEach(async () => {
  await Promise.all([servers.close(), simulation.stop()]);
  rmSync(folder, { recursive: true });
});

it('fifty nodes that one change of the placement orphans are one message for people', async () => {
  const notifyConfig = join(folder, 'notify.yaml');
  writeFileSync(notifyConfig, servers.config);
  const program = startProgram('kubevirt-orphans.mjs', ['run', '-o', 'json'], {
    ...servers.env,
    PORT: `${await freePort()}`,
    KUBECONFIG: simulation.kubeconfigFile,
    NOTIFY_CONFIG: notifyConfig,
    TICK_SECONDS: '1',
  });
  await expect.poll(() => program.stderr(), { timeout: 15_000 }).toContain('watching');
  simulation.cluster.setPlacement({ nodeSelector: { farm: 'no' } });
  const opened = () => program.stdout().split('.incident.opened.v1"').length - 1;
  await expect.poll(opened, { timeout: 40_000 }).toBeGreaterThanOrEqual(NODES.length);
  const heard = () => PEOPLE.map((name) => servers.received[name]?.length);
  await expect.poll(heard, { timeout: 30_000 }).toEqual(PEOPLE.map(() => 1));
  const [mail = ''] = servers.received['mail'] ?? [];
  // It names those of then: five are a storm, and the others join it.
  expect(mail).toMatch(/^Orphaned: (?:[5-9]|\d\d) nodes of cluster default/);
}, 90_000);
