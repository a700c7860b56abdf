import { describe, expect, it } from 'vitest';
import { DEMO, demoObjects } from '../../support/demo.ts';
import { runInProcess } from '../../support/in-process.ts';
import { reportFrom } from '../../support/report-schema.ts';

const json = (objects: readonly unknown[]) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });

describe('audit of the demo cluster', () => {
  it('shows the orphans and ends with 1', async () => {
    const { code, stdout, stderr } = await runInProcess(['audit', '-f', DEMO]);
    expect(stdout).toContain(
      '2 orphaned nodes with 3 VMIs and 3 launcher pods; 1 at risk, 0 unknown, of 5 nodes',
    );
    expect(stdout).toMatch(/^node02 +Orphaned +Absent: no virt-handler pod +shop\/db-01 \(Running\)$/m);
    expect(stdout).toMatch(/^node04 +Orphaned +NotReady: CrashLoopBackOff/m);
    expect(stdout).not.toMatch(/cp01|node01/);
    expect(stdout).not.toContain('\u001b');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  it('ends with 0 when asked to show and not to fail', async () => {
    const { code, stdout } = await runInProcess(['audit', '--exit-zero', '-f', DEMO]);
    expect(stdout).toContain('2 orphaned nodes');
    expect(code).toBe(0);
  });

  it('prints a report that satisfies the published schema', async () => {
    const { code, stdout } = await runInProcess(['audit', '-f', DEMO, '-o', 'json'], {
      env: { CLUSTER_NAME: 'shop' },
    });
    const report = reportFrom(stdout);
    expect(report.metadata).toEqual({
      generatedAt: '2026-08-22T11:30:00.000Z',
      observedAt: '2026-08-22T11:29:41.000Z',
      cluster: 'shop',
      source: DEMO,
    });
    expect(report.nodes.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'cp01 NoWorkload',
      'node01 Managed',
      'node02 Orphaned',
      'node03 AtRisk',
      'node04 Orphaned',
    ]);
    expect(code).toBe(1);
  });

  it.each([
    ['node02', 1, /^node02 +Orphaned/m],
    ['node01', 0, /^node01 +Managed +Ready/m],
    ['cp01', 0, /^cp01 +NoWorkload/m],
  ])('narrows to %s', async (node, expected, line) => {
    const { code, stdout } = await runInProcess(['audit', '-f', DEMO, '--node', node]);
    expect(stdout).toMatch(line);
    expect(stdout.match(/^(cp|node)\d\d/gm)).toEqual([node]);
    expect(code).toBe(expected);
  });

  it('colours on a terminal, unless NO_COLOR is set or the terminal is dumb', async () => {
    const args = ['audit', '-f', DEMO];
    expect((await runInProcess(args, { terminal: true })).stdout).toContain('\u001b[31mOrphaned');
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      expect((await runInProcess(args, { terminal: true, env })).stdout).not.toContain('\u001b');
    }
    expect((await runInProcess([...args, '-o', 'json'], { terminal: true })).stdout).not.toContain('\u001b');
  });
});

describe('audit of a dump that lacks a kind', () => {
  const without = (kind: string) => json(demoObjects().filter((object) => object.kind !== kind));
  const audit = async (kind: string) => {
    const { code, stdout } = await runInProcess(['audit', '-f', '-', '-o', 'json'], { stdin: without(kind) });
    const { nodes, problems } = reportFrom(stdout);
    return { code, verdicts: nodes.map(({ verdict }) => verdict), problems };
  };

  it.each([
    ['Node', 1, ['Managed', 'Orphaned', 'Managed', 'Orphaned']],
    ['Pod', 3, ['Unknown', 'Unknown', 'Unknown', 'Unknown', 'Unknown']],
    ['VirtualMachineInstance', 1, ['Unknown', 'Managed', 'Orphaned', 'AtRisk', 'Orphaned']],
    ['DaemonSet', 1, ['NoWorkload', 'Managed', 'Orphaned', 'AtRisk', 'Orphaned']],
    ['KubeVirt', 1, ['NoWorkload', 'Managed', 'Orphaned', 'AtRisk', 'Orphaned']],
  ])('says so, and is Unknown where %s mattered', async (kind, code, verdicts) => {
    const outcome = await audit(kind);
    expect(outcome).toMatchObject({ code, verdicts });
    expect(outcome.problems[0]).toMatchObject({ code: 'NotInDump', kind });
    expect(outcome.problems[0]?.message).toMatch(/kubectl get /);
  });
});
