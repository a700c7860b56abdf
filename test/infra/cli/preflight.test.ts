import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, it } from 'vitest';
import { DEMO, demoObjects } from '../../support/demo.ts';
import { runInProcess } from '../../support/in-process.ts';
import { preflightReportFrom } from '../../support/report-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'preflight-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function fileOf(content: unknown): string {
  files += 1;
  const file = join(folder, `placement-${files}.yaml`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const demo = (...args: readonly string[]) => runInProcess(['preflight', '-f', DEMO, ...args]);

async function reportOf(...args: readonly string[]) {
  const { code, stdout } = await demo('-o', 'json', ...args);
  const report = preflightReportFrom(stdout);
  const names = (nodes: typeof report.orphaned) => nodes.map(({ name }) => name);
  return { code, report, orphaned: names(report.orphaned), atRisk: names(report.atRisk) };
}

const VIRT = { nodeSelector: { 'node-role.kubernetes.io/virt': '' } };
const NOWHERE = { nodeSelector: { zone: 'nowhere' } };
const kubeVirt = (nodePlacement: unknown) => ({
  apiVersion: 'kubevirt.io/v1',
  kind: 'KubeVirt',
  metadata: { name: 'kubevirt', namespace: 'kubevirt' },
  spec: { workloads: { nodePlacement } },
});
const hyperConverged = (version: string, spec: unknown) => ({
  apiVersion: `hco.kubevirt.io/${version}`,
  kind: 'HyperConverged',
  metadata: { name: 'kubevirt-hyperconverged', namespace: 'kubevirt' },
  spec,
});

describe('preflight of a change to nodes of the demo cluster', () => {
  it.each([
    [['--taint', 'node01=maintenance:NoExecute'], 1, ['node01'], [], []],
    [['--taint', 'node01=maintenance=now:NoSchedule'], 1, [], ['node01'], []],
    [['--taint', 'node01=maintenance:PreferNoSchedule'], 0, [], [], []],
    [['--taint', 'node01=CriticalAddonsOnly:NoExecute'], 0, [], [], []],
    [['--taint', 'cp01=maintenance:NoExecute'], 0, [], [], []],
    [['--label', 'node02=node-role.kubernetes.io/virt='], 0, [], [], ['node02']],
    [['--label', 'node01=node-role.kubernetes.io/virt-'], 1, ['node01'], [], []],
    [['--label', 'node01=zone=a'], 0, [], [], []],
    [['--drain-handler', 'node01'], 0, [], [], []],
    [['--drain-handler', 'node03'], 1, ['node03'], [], []],
    [['--drain-handler', 'node01', '--taint', 'node01=a:NoSchedule'], 1, ['node01'], [], []],
    [['--label', 'node01=zone=a', '--taint', 'node01=a:NoSchedule'], 1, [], ['node01'], []],
  ])('%j ends with %i', async (args, expected, orphaned, atRisk, recovered) => {
    const outcome = await reportOf(...args);
    expect(outcome).toMatchObject({ code: expected, orphaned, atRisk });
    expect(outcome.report.recovered).toEqual(recovered);
    expect(outcome.report.unchanged).toBe(5 - orphaned.length - atRisk.length);
    expect(outcome.report.change.length).toBe(args.length / 2);
  });

  it('says why, in the table, and what it tried', async () => {
    const { stdout, stderr } = await demo('--taint', 'node01=maintenance:NoExecute');
    expect(stdout).toMatch(/^change: taint node01 with maintenance:NoExecute$/m);
    expect(stdout).toMatch(/^node01 +Orphaned +Absent: no virt-handler pod +shop\/web-01 \(Running\)$/m);
    expect(stdout).toContain('TaintNotTolerated');
    expect(stdout).toMatch(/^1 node would be orphaned, 0 at risk; 4 no worse than now, in /m);
    expect(stderr).toBe('');
  });

  it('says what a change does not do', async () => {
    const args = ['--drain-handler', 'node02', '--label', 'node01=node-role.kubernetes.io/virt='];
    const { report, code } = await reportOf(...args);
    expect(report.warnings).toEqual([
      'node01 has these taints and labels already.',
      'node02 has no virt-handler pod to delete.',
    ]);
    expect(code).toBe(0);
  });

  it('prints the same as YAML', async () => {
    const args = ['--taint', 'node01=maintenance:NoExecute'];
    const { stdout } = await demo('-o', 'yaml', ...args);
    expect(load(stdout)).toEqual((await reportOf(...args)).report);
  });
});

describe('preflight of a placement', () => {
  it.each([
    ['a nodePlacement', NOWHERE],
    ['a nodePlacement under its name', { nodePlacement: NOWHERE }],
    ['a KubeVirt resource', kubeVirt(NOWHERE)],
    ['a list with one', { kind: 'List', items: [{ kind: 'Namespace' }, kubeVirt(NOWHERE)] }],
    ['HyperConverged v1beta1', hyperConverged('v1beta1', { workloads: { nodePlacement: NOWHERE } })],
    ['HyperConverged v1', hyperConverged('v1', { deployment: { nodePlacements: { workload: NOWHERE } } })],
    ['YAML', 'nodeSelector:\n  zone: nowhere # a comment\ntolerations: null\n'],
  ])('%s that matches no node is said in words of its own', async (_, content) => {
    const { code, orphaned, report } = await reportOf('--placement', fileOf(content));
    expect({ code, orphaned }).toEqual({ code: 1, orphaned: ['node01', 'node03'] });
    expect(report.warnings[0]).toMatch(
      /matches no node: .* virt-operator would delete every virt-handler at once, without an error\.$/,
    );
    expect(report.orphaned[0]?.causes[0]).toMatchObject({
      code: 'NodeSelectorMismatch',
      origin: 'PlacementPolicy',
    });
  });

  it('costs the node that only a NoSchedule taint spared its handler, unless it is tolerated', async () => {
    const wider = { nodeSelector: { 'kubernetes.io/os': 'linux' } };
    expect(await reportOf('--placement', fileOf(wider))).toMatchObject({ code: 1, orphaned: ['node03'] });
    const tolerations = [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }];
    const outcome = await reportOf('--placement', fileOf({ ...wider, tolerations }));
    expect(outcome).toMatchObject({ code: 0, report: { recovered: ['node02'] } });
    expect(outcome.report.warnings).toEqual([
      'virt-handler restarts on every node: the pod template of its DaemonSet changes.',
    ]);
  });

  it('does nothing when it is in force already', async () => {
    const { code, report } = await reportOf('--placement', fileOf(kubeVirt(VIRT)));
    expect(code).toBe(0);
    expect(report.warnings).toEqual(['The placement is the one that is in force already.']);
  });

  it('names what it does not judge, which may restart every virt-handler', async () => {
    const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: {} }] };
    const tolerations = [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }];
    const file = fileOf(kubeVirt({ ...VIRT, affinity: { nodeAffinity }, tolerations }));
    const { report } = await reportOf('--placement', file);
    const paths = report.warnings.map((it) => /: (spec\.\S+) is not judged; /.exec(it)?.[1]);
    expect(paths.slice(0, 2)).toEqual([
      'spec.workloads.nodePlacement.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution',
      'spec.workloads.nodePlacement.tolerations[0].tolerationSeconds',
    ]);
    expect(report.warnings.join()).not.toContain('in force already.');
  });

  it('removes the policy when the resource has none', async () => {
    const { report } = await reportOf('--placement', fileOf(hyperConverged('v1', {})));
    expect(report.change[0]).toMatch(/^remove the placement policy, as in /);
    expect(report.recovered).toEqual(['node02']);
  });
});

describe('preflight, used wrongly', () => {
  it.each([
    ['no change', [], /preflight needs a change to try\. Give --taint/],
    ['an unknown node', ['--drain-handler', 'node99'], /no node "node99" in .*Check the name/],
    ['an unknown effect', ['--taint', 'node01=a:Never'], /--taint 'node01=a:Never': unknown effect 'Never'/],
    ['a taint without effect', ['--taint', 'node01=a'], /it is not NODE=KEY\[=VALUE\]:EFFECT/],
    ['a taint without key', ['--taint', 'node01=:NoExecute'], /it is not NODE=KEY/],
    ['a bad taint value', ['--taint', 'node01=a=b c:NoExecute'], /'b c' is not a label value/],
    ['a label without value', ['--label', 'node01=zone'], /it is neither NODE=KEY=VALUE nor NODE=KEY-/],
    ['a label without node', ['--label', 'zone-'], /it is neither NODE=KEY=VALUE nor NODE=KEY-/],
    ['a bad label key', ['--label', 'node01=a b=c'], /'a b' is not a label key/],
    ['a missing file', ['--placement', join(folder, 'no.yaml')], /no\.yaml cannot be read \(ENOENT\)/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await demo(...args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  const exists = { key: 'a', operator: 'Exists', value: 'b' };
  const term = { matchExpressions: [{ key: 'a', operator: 'Near', values: ['b'] }] };
  const affinity = {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
  };
  it.each([
    [{ tolerations: [exists] }, /: tolerations\[0\]\.operator: Exists takes no value\./],
    [
      kubeVirt({ affinity }),
      /: spec\.workloads\.nodePlacement\.affinity\..*operator: unknown operator 'Near'/,
    ],
    [
      hyperConverged('v1', { deployment: { nodePlacements: { workload: { tolerations: [exists] } } } }),
      /: spec\.deployment\.nodePlacements\.workload\.tolerations\[0\]\.operator: /,
    ],
    [{ nodeSelector: { a: true } }, /: nodeSelector\.a is a boolean, not a string/],
    [
      kubeVirt({ tolerations: 'all' }),
      /: spec\.workloads\.nodePlacement\.tolerations is a string, not an array/,
    ],
    [kubeVirt({ nodeSelectors: {} }), /: spec\.workloads\.nodePlacement\.nodeSelectors: unknown field/],
    [kubeVirt('all'), /: spec\.workloads\.nodePlacement is a string, not an object/],
    [{ nodePlacement: { tolerations: [exists] } }, /: nodePlacement\.tolerations\[0\]\.operator: /],
    [{ nodePlacement: {}, tolerations: [] }, /is no placement: nodePlacement\. /],
    [{ kind: 'ConfigMap' }, /is no placement: kind ConfigMap\. Name a KubeVirt/],
    [{ selector: {} }, /is no placement: selector\. /],
    ['', /holds no placement/],
    ['- 1', /holds no placement/],
    ['a: [', /is neither YAML nor JSON/],
    [[kubeVirt(VIRT), kubeVirt(VIRT)], /holds no placement/],
    [{ items: [kubeVirt(VIRT), kubeVirt(NOWHERE)] }, /holds more than one resource/],
  ])('a placement that the API server would refuse, or none: %j', async (content, message) => {
    const { code, stdout, stderr } = await demo('--placement', fileOf(content));
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('two placements', async () => {
    const { code, stderr } = await demo('--placement', fileOf(VIRT), '--placement', fileOf(NOWHERE));
    expect(stderr).toMatch(/--placement names two files.*one placement policy/);
    expect(code).toBe(2);
  });
});

describe('preflight of a dump that lacks a kind', () => {
  const run = async (kind: string, ...args: readonly string[]) => {
    const items = demoObjects().filter((object) => object.kind !== kind);
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const { code, stdout } = await runInProcess(['preflight', '-f', '-', '-o', 'json', ...args], { stdin });
    return { code, warnings: preflightReportFrom(stdout).warnings.join('\n') };
  };

  it.each([
    ['Node', ['--taint', 'node01=a:NoExecute'], /nodes were not read/],
    ['Pod', ['--taint', 'node01=a:NoExecute'], /what would become of node01\./],
    ['DaemonSet', ['--placement', fileOf(VIRT)], /the virt-handler DaemonSet was not read/],
    ['KubeVirt', ['--placement', fileOf(VIRT)], /the KubeVirt resource was not read/],
  ])('ends with 3 without %s when %j is tried', async (kind, args, warning) => {
    const { code, warnings } = await run(kind, ...args);
    expect(warnings).toMatch(warning);
    expect(code).toBe(3);
  });

  it('judges by the pod where there is no DaemonSet', async () => {
    expect((await run('DaemonSet', '--taint', 'node01=a:NoExecute')).code).toBe(1);
    expect((await run('DaemonSet', '--label', 'node01=zone=a')).code).toBe(0);
  });
});
