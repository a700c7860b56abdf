import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TYPES } from '../../../infra/local/simulation/api/resource-type.ts';
import { valueAt } from '../../../shared/domain/mitigations/json-patch.ts';
import { epochMs } from '../../../shared/domain/units.ts';
import { runWithClock } from '../../support/in-process.ts';
import { type ReachableSimulation, startReachableSimulation } from '../../support/simulated-kubeconfig.ts';

const LABEL = 'node-role.kubernetes.io/virt';
const REAL_CLOCK = { now: () => epochMs(Date.now()) };

let folder: string;
let simulation: ReachableSimulation;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'remediate-apply-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  simulation = await startReachableSimulation();
});
afterEach(() => simulation.stop());

const cli = (...args: readonly string[]) =>
  runWithClock([...args, '--kubeconfig', simulation.kubeconfigFile], REAL_CLOCK);

/** A file that says what may be done. */
function policyFile(text: string): string {
  const path = join(folder, 'remediate.yaml');
  writeFileSync(path, text);
  return path;
}
const AT_ONCE = 'mode: Approve\nholdOffSeconds: 0\n';

/** The placement comes to ask for a label, and node02 is forgotten; done when that is rolled out. */
async function orphan(): Promise<void> {
  const { cluster } = simulation;
  for (const node of ['node01', 'node03']) cluster.label(node, LABEL, '');
  cluster.setPlacement({ nodeSelector: { [LABEL]: '' } });
  await expect.poll(() => cluster.handlersOn('node02').length, { timeout: 20_000 }).toBe(0);
  const shown = async () => (await cli('remediate', 'node02')).stdout;
  await expect.poll(shown, { timeout: 30_000 }).toContain('open    KubeVirtSettled');
}

function labelOf(node: string): string | undefined {
  return simulation.cluster.api.get({ type: TYPES.node, name: node }).metadata.labels?.[LABEL];
}

/** Reasons of the Events that say what was written. */
function told(): readonly string[] {
  const events = simulation.cluster.api.list(TYPES.event).map((event) => String(valueAt(event, ['reason'])));
  return events.filter((reason) => reason.startsWith('OrphanRemediation')).sort();
}

const isReady = () => simulation.cluster.handlersOn('node02').length === 1;

describe('remediate and undo on a cluster', () => {
  it('label the node until virt-handler is back, and take the label back once that orphans nobody', async () => {
    await orphan();
    const config = ['--config', policyFile(AT_ONCE)];
    const applied = await cli('remediate', 'node02', '--apply', ...config);
    expect([applied.code, labelOf('node02'), isReady()]).toEqual([0, '', true]);
    expect(applied.stdout).toContain('node02: LabelNode succeeded: virt-handler is Ready on node02');
    expect(applied.stderr).toMatch(/^labelled node02; waiting for virt-handler: \w+, \d+ s$/m);

    const again = await cli('remediate', 'node02', '--apply', ...config);
    expect([again.code, again.stdout]).toEqual([0, 'node02 is Managed: nothing is to be done\n']);

    const refused = await cli('undo', 'node02', '--apply', ...config);
    expect([refused.code, labelOf('node02')]).toEqual([1, '']);
    expect(refused.stdout).toMatch(/closed {2}HarmsNobody .*would lose their virt-handler: node02/);

    simulation.cluster.setPlacement(undefined);
    const shown = async () => (await cli('undo', 'node02', ...config)).stdout;
    await expect.poll(shown, { timeout: 30_000 }).toContain('every gate is open');
    const undone = await cli('undo', 'node02', '--apply', ...config);
    expect(undone).toMatchObject({ code: 0, stderr: '' });
    expect(undone.stdout).toMatch(/^node02: taken back: Node node02: .*virt = ""$/m);
    expect([labelOf('node02'), told()]).toEqual([
      undefined,
      ['OrphanRemediation', 'OrphanRemediationReverted'],
    ]);
    expect(await cli('undo', 'node02')).toMatchObject({ code: 0 });
  }, 120_000);

  it('goes on where it was stopped, and writes once', async () => {
    await orphan();
    const applying = cli('remediate', 'node02', '--apply', '--config', policyFile(AT_ONCE));
    await expect.poll(() => labelOf('node02'), { timeout: 20_000, interval: 10 }).toBe('');
    process.emit('SIGINT');
    const stopped = await applying;
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain('`kubevirt-orphans remediate node02 --apply` takes it up again');
    const { code, stderr } = await cli('remediate', 'node02', '--apply');
    expect([code, told()]).toEqual([0, ['OrphanRemediation']]);
    expect(stderr).toMatch(/^going on with plan [0-9a-f]{16}, approved by cli:/);
  }, 120_000);

  it.each([
    ['', /closed {2}OldEnough /],
    ['mode: Observe\nholdOffSeconds: 0\n', /its mode is Observe; set mode, steps\.LabelNode or causes/],
    [
      'mode: Approve\nholdOffSeconds: 0\npaused: [{reason: holiday, nodes: "*"}]\n',
      /closed {2}NotPaused .*holiday/,
    ],
  ])(
    'refuses by the policy %j, says why, and leaves nothing behind',
    async (text, message) => {
      await orphan();
      const config = text === '' ? [] : ['--config', policyFile(text)];
      const { code, stdout } = await cli('remediate', 'node02', '--apply', ...config);
      expect([code, labelOf('node02'), told()]).toEqual([1, undefined, []]);
      expect(stdout).toMatch(message);
      expect((await cli('remediate', 'node02', '-o', 'json')).stdout).toContain('"approvedBy": ""');
    },
    60_000,
  );
});

it.each(['remediate', 'undo'])(
  '%s --apply says what is missing where records cannot be kept',
  async (command) => {
    await simulation.stop();
    simulation = await startReachableSimulation('');
    const { code, stdout, stderr } = await cli(command, 'node02', '--apply');
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^kubevirt-orphans: .*namespace/);
  },
);
