import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { preflightReportFrom, reportFrom } from '../support/report-schema.ts';
import { runCli } from '../support/run-cli.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { nodesWithHandler } from './support/diagnosis.ts';
import { createLauncher, createVmi, installKubeVirt } from './support/kubevirt.ts';
import { createNode, setTaints } from './support/nodes.ts';
import { type DaemonSet, kinds, ref } from './support/objects.ts';
import { until } from './support/until.ts';
import { operatorPass, setPlacement } from './support/virt-operator.ts';

describeCluster('preflight foretells what a change does to a live cluster', (cluster) => {
  let base: DaemonSet;

  beforeAll(async () => {
    const { api } = cluster;
    base = await installKubeVirt(api);
    for (const name of ['node-1', 'node-2', 'node-3']) {
      await createNode(api, name, { labels: name === 'node-3' ? {} : { virt: 'yes' } });
      await createLauncher(
        api,
        await createVmi(api, { name: `vm-of-${name}`, namespace: 'tenant-a', node: name }),
      );
    }
    await allManaged();
  });

  async function allManaged(): Promise<void> {
    await until('every handler', async () => {
      expect(await nodesWithHandler(cluster)).toEqual(['node-1', 'node-2', 'node-3']);
      return true;
    });
  }

  async function foretold(...args: readonly string[]) {
    const flags = ['--kubeconfig', cluster.kubeconfig, '-o', 'json'];
    const { code, stdout, stderr } = await runCli(['preflight', ...args, ...flags]);
    expect(stderr).toBe('');
    const { orphaned, atRisk, warnings } = preflightReportFrom(stdout);
    const names = (nodes: typeof orphaned) => nodes.map(({ name }) => name);
    return { code, Orphaned: names(orphaned), AtRisk: names(atRisk), warnings };
  }

  /** Waits until the audit says what was foretold, of every node that gets worse and of every other. */
  async function comesTrue({ Orphaned, AtRisk }: Awaited<ReturnType<typeof foretold>>): Promise<void> {
    await until(`${Orphaned} orphaned and ${AtRisk} at risk`, async () => {
      const { stdout } = await runCli(['audit', '--kubeconfig', cluster.kubeconfig, '-o', 'json']);
      const { nodes } = reportFrom(stdout);
      const having = (verdict: string) =>
        nodes.filter((node) => node.verdict === verdict).map(({ name }) => name);
      expect([having('Orphaned'), having('AtRisk')]).toEqual([Orphaned, AtRisk]);
      return true;
    });
  }

  function placementFile(placement: object): string {
    const file = join(cluster.plane.directory, 'placement.json');
    writeFileSync(file, JSON.stringify(placement));
    return file;
  }

  it.each([
    ['NoSchedule', [], ['node-1']],
    ['NoExecute', ['node-1'], []],
  ] as const)('of a %s taint', async (effect, orphaned, atRisk) => {
    const report = await foretold('--taint', `node-1=dedicated=gpu:${effect}`);
    expect(report).toMatchObject({ code: 1, Orphaned: orphaned, AtRisk: atRisk });
    await setTaints(cluster.api, 'node-1', [{ key: 'dedicated', value: 'gpu', effect }]);
    await comesTrue(report);
    await setTaints(cluster.api, 'node-1', []);
    await allManaged();
  });

  it('of a placement that excludes one node, and of a label that is taken from another then', async () => {
    const placement = { nodeSelector: { virt: 'yes' } };
    const report = await foretold('--placement', placementFile(placement));
    expect(report).toMatchObject({ code: 1, Orphaned: ['node-3'], AtRisk: [] });
    await setPlacement(cluster.api, 'KubeVirt', placement);
    await operatorPass(cluster.api, base);
    await comesTrue(report);
    const second = await foretold('--label', 'node-2=virt-');
    expect(second).toMatchObject({ code: 1, Orphaned: ['node-2'] });
    await cluster.kubectl(['label', 'node', 'node-2', 'virt-']);
    await comesTrue({ ...second, Orphaned: ['node-2', 'node-3'] });
    await cluster.kubectl(['label', 'node', 'node-2', 'virt=yes']);
    await setPlacement(cluster.api, 'KubeVirt', undefined);
    await operatorPass(cluster.api, base);
    await allManaged();
  });

  it('of a placement that matches no node, in words of its own', async () => {
    const placement = { nodeSelector: { virt: 'nowhere' } };
    const report = await foretold('--placement', placementFile(placement));
    expect(report).toMatchObject({ code: 1, Orphaned: ['node-1', 'node-2', 'node-3'] });
    expect(report.warnings.join(' ')).toContain('matches no node');
    await setPlacement(cluster.api, 'KubeVirt', placement);
    await operatorPass(cluster.api, base);
    await comesTrue(report);
    await setPlacement(cluster.api, 'KubeVirt', undefined);
    await operatorPass(cluster.api, base);
    await allManaged();
  });

  it('of a handler that is deleted: it comes back, unless a taint keeps it away', async () => {
    expect(await foretold('--drain-handler', 'node-2')).toMatchObject({ code: 0, Orphaned: [] });
    await setTaints(cluster.api, 'node-2', [{ key: 'dedicated', effect: 'NoSchedule' }]);
    const report = await foretold('--drain-handler', 'node-2');
    expect(report).toMatchObject({ code: 1, Orphaned: ['node-2'] });
    const selection = { namespace: 'kubevirt', fieldSelector: 'spec.nodeName=node-2' };
    for (const pod of await cluster.api.list(kinds.pod, selection)) await cluster.api.delete(pod);
    await comesTrue(report);
    expect(await cluster.api.get(ref(kinds.node, 'node-2'))).toBeDefined();
  });
});
