import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { DEMO } from '../../support/demo.ts';
import { runInProcess } from '../../support/in-process.ts';
import { diagnosisFrom } from '../../support/report-schema.ts';

const demo = (...args: readonly string[]) => runInProcess(['diagnose', ...args, '-f', DEMO]);

describe('diagnose', () => {
  it.each([
    ['node02', 1, 'Orphaned', ['NodeSelectorMismatch'], ['LabelNode']],
    ['node04', 1, 'Orphaned', ['ContainerCrash'], ['FixHandlerPod', 'RestartHandlerPod']],
    ['node03', 0, 'AtRisk', ['TaintNotTolerated'], ['AddPlacementToleration']],
    ['node01', 0, 'Managed', [], []],
    ['cp01', 0, 'NoWorkload', [], []],
  ])('of %s ends with %i: %s', async (node, expected, verdict, causes, mitigations) => {
    const { code, stdout, stderr } = await demo(node, '-o', 'json');
    const diagnosis = diagnosisFrom(stdout);
    expect([code, stderr, diagnosis.node.verdict]).toEqual([expected, '', verdict]);
    expect(diagnosis.node.causes.map((cause) => cause.code)).toEqual(causes);
    expect(diagnosis.node.causes.flatMap((cause) => cause.mitigations.map((it) => it.code))).toEqual(
      mitigations,
    );
  });

  it('shows the steps, then the causes with their commands, then what is lost, then what could not be read', async () => {
    const { stdout } = await demo('node02');
    const lines = stdout.split('\n');
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
    const order = [
      'node02: Orphaned',
      'RUNBOOK',
      '6. placement',
      'CAUSES',
      '1. NodeSelectorMismatch',
      'LOST',
      'problem:',
    ];
    const places = order.map(at);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(lines).toContain('     $ kubectl label node node02 node-role.kubernetes.io/virt=');
  });

  it('says once what every VMI loses', async () => {
    const { stdout } = await demo('node02');
    expect(stdout.split('Console, VNC')).toHaveLength(2);
    expect(stdout).toContain('shop/db-01: VirtualMachine db-01, run strategy not known');
  });

  it('prints the same as YAML', async () => {
    const [json, yaml] = await Promise.all([demo('node02', '-o', 'json'), demo('node02', '-o', 'yaml')]);
    expect(load(yaml.stdout)).toEqual(JSON.parse(json.stdout));
  });

  it('colours on a terminal only', async () => {
    const { stdout } = await runInProcess(['diagnose', 'node02', '-f', DEMO], { terminal: true });
    expect(stdout).toContain('\u001b[31mOrphaned');
    expect((await demo('node02')).stdout).not.toContain('\u001b');
  });

  it.each([
    [[], /missing required argument 'node'/],
    [['node99'], /no node "node99" in .*demo-cluster\.yaml\. Check the name.*\(5 were read\)/],
    [['node01', 'node02'], /too many arguments/],
  ])('refuses %j with 2 and one line', async (args, message) => {
    const { code, stdout, stderr } = await demo(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
