import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { dump } from 'js-yaml';
import { beforeAll, expect, it } from 'vitest';
import type { OrphanReport } from '../../shared/report/orphan-report.ts';
import { reportFrom } from '../support/report-schema.ts';
import { run, runCli } from '../support/run-cli.ts';
import { type Cluster, describeCluster } from './support/describe-cluster.ts';
import { createLauncher, createVmi, installKubeVirt } from './support/kubevirt.ts';
import { createNode, setTaints } from './support/nodes.ts';
import { kinds, ref } from './support/objects.ts';
import { until } from './support/until.ts';

async function audit(
  cluster: Cluster,
  ...args: string[]
): Promise<{ readonly code: number; readonly report: OrphanReport }> {
  const { code, stdout, stderr } = await runCli([
    'audit',
    '--kubeconfig',
    cluster.kubeconfig,
    '-o',
    'json',
    ...args,
  ]);
  expect(stderr).toBe('');
  return { code, report: reportFrom(stdout) };
}

function verdicts({ nodes }: OrphanReport): Record<string, string> {
  return Object.fromEntries(nodes.map(({ name, verdict }) => [name, verdict]));
}

/** Waits until the cluster has come to a state, as seen by the audit itself: controllers act when they act. */
async function auditSays(
  cluster: Cluster,
  expected: Record<string, string>,
): Promise<{ readonly code: number; readonly report: OrphanReport }> {
  return until(`the audit to say ${JSON.stringify(expected)}`, async () => {
    const outcome = await audit(cluster);
    expect(verdicts(outcome.report)).toMatchObject(expected);
    return outcome;
  });
}

describeCluster('audit of a live cluster', (cluster) => {
  beforeAll(async () => {
    const { api } = cluster;
    await installKubeVirt(api);
    for (const name of ['node-1', 'node-2', 'node-3']) await createNode(api, name);
    for (const [name, node] of [
      ['web', 'node-1'],
      ['db', 'node-2'],
    ] as const) {
      await createLauncher(api, await createVmi(api, { name, namespace: 'tenant-a', node }));
    }
  });

  it('finds every VMI managed when the real DaemonSet controller has placed the handlers', async () => {
    const { code, report } = await auditSays(cluster, {
      'node-1': 'Managed',
      'node-2': 'Managed',
      'node-3': 'NoWorkload',
    });
    await until(
      'the DaemonSet to be level',
      async () => (await audit(cluster)).report.daemonSet?.healthy === true,
    );
    expect(report.problems).toEqual([]);
    expect(code).toBe(0);
  });

  it('says who is orphaned while a deleted handler’s successor is not Ready, and no longer when it is', async () => {
    const undo = cluster.kubelet.when((pod) => pod.spec.nodeName === 'node-2', { reports: 'unready' });
    const { report } = await audit(cluster);
    const pod = report.nodes.find(({ name }) => name === 'node-2')?.handler.pod?.split('/')[1];
    await cluster.api.delete(ref(kinds.pod, pod ?? 'none', 'kubevirt'));
    const { code, report: broken } = await auditSays(cluster, { 'node-1': 'Managed', 'node-2': 'Orphaned' });
    expect(broken.nodes.find(({ name }) => name === 'node-2')).toMatchObject({
      vmis: [{ namespace: 'tenant-a', name: 'db', phase: 'Running' }],
      launcherPods: [{ namespace: 'tenant-a', vmi: 'db' }],
    });
    expect(broken.summary).toMatchObject({ orphanedNodes: 1, orphanedVMIs: 1, orphanedLauncherPods: 1 });
    expect(code).toBe(1);
    undo();
    await auditSays(cluster, { 'node-2': 'Managed' });
  });

  it('says AtRisk for a NoSchedule taint and Orphaned for a NoExecute taint, while the DaemonSet looks healthy', async () => {
    await setTaints(cluster.api, 'node-2', [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }]);
    const { report } = await auditSays(cluster, { 'node-2': 'AtRisk' });
    expect(report.nodes.find(({ name }) => name === 'node-2')?.causes).toMatchObject([
      { code: 'TaintNotTolerated' },
    ]);
    await setTaints(cluster.api, 'node-2', [{ key: 'dedicated', value: 'gpu', effect: 'NoExecute' }]);
    await auditSays(cluster, { 'node-1': 'Managed', 'node-2': 'Orphaned' });
    await until(
      'the DaemonSet to be level',
      async () => (await audit(cluster)).report.daemonSet?.healthy === true,
    );
    await setTaints(cluster.api, 'node-2', []);
    await auditSays(cluster, { 'node-2': 'Managed' });
  });

  it('reports the same from every form of input', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kubevirt-orphans-forms-'));
    try {
      const { report: live } = await audit(cluster);
      for (const [form, args, stdin] of await writeForms(cluster, folder)) {
        const { stdout, stderr } = await runCli(
          ['audit', '-o', 'json', ...args],
          stdin === undefined ? {} : { stdin },
        );
        expect(stderr, form).toBe('');
        expect({ ...reportFrom(stdout), metadata: undefined }, form).toEqual({
          ...live,
          metadata: undefined,
        });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('narrows to one node', async () => {
    const { code, report } = await audit(cluster, '--node', 'node-2');
    expect(verdicts(report)).toEqual({ 'node-2': 'Managed' });
    expect(code).toBe(0);
  });

  it('finds everything orphaned when the DaemonSet is deleted, and nothing once the VMIs are gone (KubeVirt’s test 9260)', async () => {
    await cluster.api.delete(ref(kinds.daemonSet, 'virt-handler', 'kubevirt'), {
      propagationPolicy: 'Foreground',
    });
    const { code, report } = await auditSays(cluster, {
      'node-1': 'Orphaned',
      'node-2': 'Orphaned',
      'node-3': 'NoWorkload',
    });
    expect(report.daemonSet).toBeNull();
    expect(code).toBe(1);
    for (const name of ['web', 'db']) await cluster.api.delete(ref(kinds.vmi, name, 'tenant-a'));
    for (const pod of await cluster.api.list(kinds.pod, { namespace: 'tenant-a' }))
      await cluster.api.delete(pod);
    expect((await auditSays(cluster, { 'node-1': 'NoWorkload', 'node-2': 'NoWorkload' })).code).toBe(0);
  });
});

type Form = readonly [name: string, args: readonly string[], stdin?: Uint8Array];

const RESOURCES = ['nodes', 'pods', 'daemonsets', 'virtualmachineinstances', 'kubevirts'];

/** Dumps the cluster with the real kubectl, in every form that the audit reads. */
async function writeForms(cluster: Cluster, folder: string): Promise<readonly Form[]> {
  const get = async (what: string, format: string) =>
    (await cluster.kubectl(['get', what, '-A', '-o', format])).stdout;
  const file = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const json = await get(RESOURCES.join(','), 'json');
  const yaml = await get(RESOURCES.join(','), 'yaml');
  const each = await Promise.all(RESOURCES.map((resource) => get(resource, 'yaml')));
  const files = each.map((text, index) => file(`kubectl/${RESOURCES[index]}.yaml`, text));
  writeMustGather(JSON.parse(json), file);
  const archive = join(folder, 'must-gather.tar.gz');
  expect(await run('tar', ['-czf', archive, '-C', folder, 'must-gather'])).toMatchObject({ code: 0 });
  return [
    ['JSON List', ['-f', file('all.json', json)]],
    ['YAML List', ['-f', file('all.yaml', yaml)]],
    ['YAML documents', ['-f', file('documents.yaml', each.join('---\n'))]],
    ['several files', files.flatMap((path) => ['-f', path])],
    ['directory', ['-f', join(folder, 'kubectl')]],
    ['must-gather as a directory', ['-f', join(folder, 'must-gather')]],
    ['must-gather as .tar.gz', ['-f', archive]],
    ['gzip', ['-f', file('all.json.gz', gzipSync(json))]],
    ['stdin', ['-f', '-'], Buffer.from(json)],
    ['gzip on stdin', ['-f', '-'], gzipSync(yaml)],
  ];
}

interface Dumped {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const FOLDER_OF: Readonly<Record<string, string>> = {
  Node: 'core/nodes',
  Pod: 'core/pods',
  DaemonSet: 'apps/daemonsets',
  VirtualMachineInstance: 'kubevirt.io/virtualmachineinstances',
  KubeVirt: 'kubevirt.io/kubevirts',
};

/** Lays objects out as `oc adm inspect` does: each by itself, pods also in their own folder beside their logs. */
function writeMustGather(
  list: { readonly items: readonly Dumped[] },
  file: (name: string, content: string) => string,
): void {
  const root = 'must-gather/quay-io-kubevirt-must-gather';
  for (const object of list.items) {
    const { name, namespace } = object.metadata;
    const scope = namespace === undefined ? 'cluster-scoped-resources' : `namespaces/${namespace}`;
    const text = dump(object);
    file(`${root}/${scope}/${FOLDER_OF[object.kind]}/${name}.yaml`, text);
    if (object.kind !== 'Pod') continue;
    file(`${root}/${scope}/pods/${name}/${name}.yaml`, text);
    file(
      `${root}/${scope}/pods/${name}/compute/compute/logs/current.log`,
      '{"truncated log line\n'.repeat(1_000),
    );
  }
  file(`${root}/version`, 'kubevirt/must-gather\n');
  file(`${root}/event-filter.html`, '<html><body>apiVersion: v1\n');
}
