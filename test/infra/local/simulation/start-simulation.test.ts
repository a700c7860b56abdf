import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faster, REAL_TIMINGS } from '../../../../infra/local/simulation/controllers/timings.ts';
import { type Simulation, startSimulation } from '../../../../infra/local/simulation/start-simulation.ts';
import { type Outcome, run, runCli } from '../../../support/run-cli.ts';

const hasKubectl = await run('kubectl', ['version', '--client']).then(
  ({ code }) => code === 0,
  () => false,
);

const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
const kubeconfig = join(folder, 'kubeconfig');
let simulation: Simulation;

beforeAll(async () => {
  simulation = await startSimulation({ timings: faster(REAL_TIMINGS, 20) });
  writeFileSync(kubeconfig, simulation.kubeconfig);
});
afterAll(async () => {
  await simulation.stop();
  rmSync(folder, { recursive: true });
});

function kubectl(args: readonly string[], stdin = ''): Promise<Outcome> {
  return run('kubectl', args, {
    stdin,
    env: { KUBECONFIG: kubeconfig, KUBECACHEDIR: join(folder, 'cache') },
  });
}

interface Report {
  readonly nodes: readonly { readonly name: string; readonly verdict: string }[];
}

/** What the built command says of each node. */
async function verdicts(): Promise<string> {
  const { stdout, stderr } = await runCli(['audit', '--kubeconfig', kubeconfig, '-o', 'json']);
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as Report).nodes.map(({ name, verdict }) => `${name} ${verdict}`).join(', ');
}

describe('the built command', () => {
  it('audits the simulated cluster as it would a real one', async () => {
    expect(await verdicts()).toBe('node01 Managed, node02 Managed, node03 Managed');
    simulation.cluster.taint('node02', { key: 'maintenance', effect: 'NoExecute' });
    await expect.poll(() => simulation.cluster.handlersOn('node02').length).toBe(0);
    expect(await verdicts()).toBe('node01 Managed, node02 Orphaned, node03 Managed');
    const { stdout } = await runCli(['diagnose', 'node02', '--kubeconfig', kubeconfig]);
    expect(stdout).toContain('TaintNotTolerated');
    simulation.cluster.untaint('node02', 'maintenance');
    await expect.poll(verdicts, { timeout: 10_000 }).toBe('node01 Managed, node02 Managed, node03 Managed');
  }, 30_000);
});

describe.skipIf(!hasKubectl)(`the real kubectl${hasKubectl ? '' : ' (there is none on $PATH)'}`, () => {
  it.each([
    [['get', 'nodes,pods,ds,vmi,kv,events', '-A', '-o', 'name'], 'daemonset.apps/virt-handler'],
    [['label', 'node', 'node01', 'a=b'], 'node/node01 labeled'],
    [['label', 'node', 'node01', 'a-'], 'node/node01 unlabeled'],
    [['taint', 'node', 'node01', 'a=b:PreferNoSchedule'], 'node/node01 tainted'],
    [['taint', 'node', 'node01', 'a-'], 'node/node01 untainted'],
    [['cordon', 'node03'], 'node/node03 cordoned'],
    [['uncordon', 'node03'], 'node/node03 uncordoned'],
    [
      ['annotate', 'vmi', '-n', 'shop', 'web-01', 'a=b'],
      'virtualmachineinstance.kubevirt.io/web-01 annotated',
    ],
    [
      [
        'patch',
        'kv',
        '-n',
        'kubevirt',
        'kubevirt',
        '--type',
        'merge',
        '-p',
        '{"metadata":{"labels":{"a":"b"}}}',
      ],
      'kubevirt.kubevirt.io/kubevirt patched',
    ],
    [['rollout', 'status', '-n', 'kubevirt', 'daemonset/virt-handler'], 'successfully rolled out'],
    [['rollout', 'history', '-n', 'kubevirt', 'daemonset/virt-handler'], 'REVISION'],
    [['describe', 'node', 'node01'], 'kubevirt.io/schedulable=true'],
    [['wait', 'node/node01', '--for=condition=Ready', '--timeout=5s'], 'condition met'],
    [['api-resources'], 'orphanincidents'],
  ])('does %j', async (args, expected) => {
    const { code, stdout, stderr } = await kubectl(args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain(expected);
  });

  it('applies, applies again, and deletes', async () => {
    const incident = (node: string) =>
      JSON.stringify({
        apiVersion: 'kubevirt-orphans.dev/v1alpha1',
        kind: 'OrphanIncident',
        metadata: { name: 'one', namespace: 'default' },
        spec: { node },
      });
    expect((await kubectl(['apply', '-f', '-'], incident('a'))).stdout).toContain('one created');
    expect((await kubectl(['apply', '-f', '-'], incident('a'))).stdout).toContain('one unchanged');
    expect((await kubectl(['apply', '-f', '-'], incident('b'))).stdout).toContain('one configured');
    expect((await kubectl(['delete', 'orphanincident', 'one'])).stdout).toContain('"one" deleted');
    expect((await kubectl(['get', 'orphanincident', 'one'])).stderr).toContain(
      'orphanincidents.kubevirt-orphans.dev "one" not found',
    );
  });
});
