import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { DEMO } from '../../support/demo.ts';
import { goldenText } from '../../support/golden.ts';
import { runInProcess } from '../../support/in-process.ts';
import { remediationPlanFrom } from '../../support/report-schema.ts';

const dump = (...args: readonly string[]) => runInProcess(['remediate', ...args, '-f', DEMO]);

describe('remediate, from a dump', () => {
  it.each([
    ['remediate-node02.txt', ['node02']],
    ['remediate-node04.txt', ['node04']],
    ['remediate-node02-patch.yaml', ['node02', '-o', 'patch']],
  ])('prints what is in golden/%s', async (name, args) => {
    const { code, stdout, stderr } = await dump(...args);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toBe(goldenText(new URL(`golden/${name}`, import.meta.url), stdout));
  });

  it.each([
    ['node02', 1, 'Orphaned', [['LabelNode']]],
    ['node03', 0, 'AtRisk', []],
    ['node01', 0, 'Managed', []],
    ['cp01', 0, 'NoWorkload', []],
  ])('of %s ends with %i: %s', async (node, expected, verdict, steps) => {
    const { code, stdout } = await dump(node, '-o', 'json');
    const report = remediationPlanFrom(stdout);
    expect([code, report.node.verdict]).toEqual([expected, verdict]);
    expect(report.plans.map((plan) => plan.steps.map((step) => step.code))).toEqual(steps);
  });

  it('prints the same as YAML', async () => {
    const [json, yaml] = await Promise.all([dump('node02', '-o', 'json'), dump('node02', '-o', 'yaml')]);
    expect(load(yaml.stdout)).toEqual(JSON.parse(json.stdout));
  });

  it('keeps every gate closed that a dump cannot tell, and the others as they are', async () => {
    const { stdout } = await dump('node02', '-o', 'json');
    const closed = remediationPlanFrom(stdout).plans[0]?.gates.filter(({ open }) => !open);
    expect(closed?.map(({ code }) => code)).toEqual([
      'OldEnough',
      'Approved',
      'WithinBudget',
      'NoStorm',
      'OneAtATime',
      'Cooldown',
      'NotBlocked',
      'NotExhausted',
      'Uncontested',
      'KubeVirtSettled',
      'NoOtherRemediator',
    ]);
  });

  it.each([
    [['remediate'], /missing required argument 'node'/],
    [['remediate', 'node99', '-f', DEMO], /no node "node99" in this cluster\. .*\(5 were read\)/],
    [['remediate', 'node01', '-f', DEMO, '-o', 'patch'], /no plan for node01 patches an object/],
    [['remediate', 'node02', '-f', DEMO, '--apply'], /--apply cannot be combined with -f/],
    [['remediate', 'node02', '--apply', '-o', 'json'], /--apply cannot be combined with -o/],
    [
      ['remediate', 'node02', '-f', DEMO, '--config', '/nowhere.yaml'],
      /\/nowhere\.yaml cannot be read \(ENOENT\)/,
    ],
    [['undo'], /missing required argument 'node'/],
  ])('refuses %j with 2 and one line', async (args, message) => {
    const { code, stdout, stderr } = await runInProcess(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
