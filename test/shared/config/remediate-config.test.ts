import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseRemediateConfig, type RemediateConfig } from '../../../shared/config/remediate-config.ts';
import { remediateReference } from '../../../shared/config/remediate-reference.ts';
import { USUAL_POLICY } from '../../../shared/domain/remediation/remediation-policy.ts';

const KEY = 'hunter2-hunter2-hunter2-hunter2-';
const env: Record<string, string> = { KEY, SHORT: KEY.slice(1) };

function parse(value: unknown): RemediateConfig {
  const text = typeof value === 'string' ? value : dump(value, { noRefs: true });
  const readFile = () => {
    throw Object.assign(new Error('hunter2'), { code: 'ENOENT' });
  };
  return parseRemediateConfig(text, { file: 'r.yaml', secrets: { env, readFile } });
}

function mistakesOf(value: unknown): readonly string[] {
  try {
    parse(value);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    const { message } = error as Error;
    expect(message).not.toMatch(/hunter2|\n/);
    return message.replace(/^r\.yaml (has (a mistake|\d+ mistakes): )?/, '').split('; ');
  }
  return [];
}

const budget = { nodes: 3, percent: 20 };
const approval = { linkUrl: 'https://orphans.example.test/remediate', key: { env: 'KEY' } };

describe('the file of what may be repaired', () => {
  it('that is not named, or says nothing, proposes everything and writes nothing', () => {
    const usual = {
      policy: {
        mode: 'Observe',
        stepModes: {},
        causeModes: {},
        budget: { nodes: 1, percent: 10 },
        holdOffMs: 120_000,
        cooldownMs: 300_000,
        stormCooldownMs: 600_000,
        approvalMs: 900_000,
        pauses: [],
        maintenanceWindows: [],
        approvers: [],
      },
      approval: undefined,
      warnings: [],
    };
    expect(usual.policy).toEqual(USUAL_POLICY);
    expect(parse({})).toEqual(usual);
  });

  it('is what it says', () => {
    const read = parse({
      mode: 'Approve',
      steps: { LabelNode: 'Auto' },
      causes: { TaintNotTolerated: 'Observe' },
      budget,
      holdOffSeconds: 0,
      stormCooldownSeconds: 1_800,
      paused: [{ reason: 'audit', nodes: 'edge-*' }],
      maintenanceWindows: [{ name: 'night', timeZone: 'Europe/Vienna', from: '22:00', to: '04:00' }],
      approvers: ['/teams/red'],
      approval,
    });
    expect(read).toMatchObject({
      policy: {
        mode: 'Approve',
        stepModes: { LabelNode: 'Auto' },
        causeModes: { TaintNotTolerated: 'Observe' },
        budget,
        holdOffMs: 0,
        stormCooldownMs: 1_800_000,
        pauses: [{ reason: 'audit', nodes: 'edge-*' }],
        maintenanceWindows: [{ name: 'night', fromMs: 79_200_000, toMs: 14_400_000 }],
        approvers: ['/teams/red'],
      },
      approval: { linkUrl: new URL('https://orphans.example.test/remediate') },
      warnings: [],
    });
    expect(read.approval?.key()).toBe(KEY);
  });

  it('does not need its key where no links are sent', () => {
    const text = JSON.stringify({ approval: { ...approval, key: { env: 'NONE' } } });
    const secrets = { readFile: () => '', env: {} };
    expect(parseRemediateConfig(text, { file: 'f', secrets, isKeyNeeded: false }).approval).toBeDefined();
  });

  it('has a key that may change, and says when it cannot be used any more', () => {
    const { key = () => '' } = parse({ approval }).approval ?? {};
    env['KEY'] = KEY.toUpperCase();
    expect(key()).toBe(KEY.toUpperCase());
    env['KEY'] = 'short';
    expect(key).toThrow(
      /^the key of approvals cannot be used: variable KEY does not hold 32 to 1000 printable/,
    );
    env['KEY'] = KEY;
  });

  it.each([
    [{ nodes: 0, percent: 10 }, ['budget.nodes is 0: nothing is ever written, whatever the modes are.']],
    [{ nodes: 5, percent: 0 }, ['budget.percent is 0: nothing is ever written, whatever the modes are.']],
    [budget, []],
  ])('with the budget %j warns %j', (given, warnings) => {
    expect(parse({ mode: 'Auto', budget: given }).warnings).toEqual(warnings);
  });

  it.each<readonly [unknown, string | readonly string[]]>([
    ['', 'is empty'],
    ['- a', 'holds a list, and not the keys of an object'],
    [
      'mode: &m Observe\nsteps: &s {LabelNode: Observe}\ncauses: *s',
      'uses an alias (*name): write what it stands for',
    ],
    ['mode: [', 'is not YAML: unexpected end of the stream within a flow collection at line 2, column 1'],
    [
      { mode: 'auto', budget },
      'mode: "auto" is not allowed, did you mean Auto? (allowed: Observe, Approve, Auto)',
    ],
    [{ mode: 'Auto' }, 'mode: is Auto without a budget (allowed: Auto with budget.nodes and budget.percent)'],
    [
      { steps: { LabelNode: 'Auto' }, causes: { Unknown: 'Auto' } },
      ['steps.LabelNode: is Auto without', 'causes.Unknown: is Auto without'],
    ],
    [
      { mode: 'Auto', budget: {} },
      ['budget.nodes: is missing (allowed: whole number, 0 to 10000)', 'budget.percent: is missing'],
    ],
    [
      { budget: { nodes: 1, percent: 300 } },
      'budget.percent: 300 is not allowed (allowed: whole number, 0 to 100)',
    ],
    [
      { budget: { nodes: -1, percent: '50%' } },
      ['budget.nodes: -1 is not allowed', 'budget.percent: is wrong'],
    ],
    [{ budget: 3 }, 'budget: is a number (allowed: an object of nodes, percent)'],
    [
      { steps: { LabelNod: 'Auto' }, budget },
      'steps: unknown key LabelNod, did you mean LabelNode? (allowed: LabelNode,',
    ],
    [
      { steps: { RepairNode: 'Observe' } },
      'steps: unknown key RepairNode (allowed: LabelNode, AddPlacementToleration',
    ],
    [
      { causes: { TaintNotTolrated: 'Auto' }, budget },
      'causes: unknown key TaintNotTolrated, did you mean TaintNotTolerated?',
    ],
    [{ paused: [{ reason: 'x' }] }, 'paused[0].nodes: is missing'],
    [
      { stormCooldownSeconds: 1_801 },
      'stormCooldownSeconds: 1801 is not allowed (allowed: whole number, 0 to 1800)',
    ],
    [{ approvalSeconds: 901 }, 'approvalSeconds: 901 is not allowed (allowed: whole number, 60 to 900)'],
    [{ holdOff: 3 }, 'unknown key holdOff (allowed: mode, steps, causes, budget,'],
    [
      { maintenanceWindows: [{ name: 'n', timeZone: 'Mars' }] },
      'maintenanceWindows[0].timeZone: "Mars" is not allowed',
    ],
    [
      {
        maintenanceWindows: ['02:00', '03:00'].map((to) => ({
          name: 'n',
          timeZone: 'UTC',
          from: '02:00',
          to,
        })),
      },
      [
        'maintenanceWindows[1].name: "n" is the name of maintenanceWindows[0] too',
        'maintenanceWindows[0]: ends when it begins',
      ],
    ],
    [{ approvers: ['a b'] }, 'approvers[0]: "a b" is not allowed'],
    [
      { approval: { ...approval, linkUrl: 'http://hunter2' } },
      'approval.linkUrl: is wrong (allowed: an https URL without user',
    ],
    [{ approval: { ...approval, linkUrl: 'https://a:hunter2@b' } }, 'approval.linkUrl: is wrong'],
    [
      { approval: { ...approval, key: KEY } },
      'approval.key: is a literal text, which is not shown (allowed: {file: /PATH}',
    ],
    [
      { approval: { ...approval, key: { env: 'SHORT' } } },
      'approval.key: variable SHORT does not hold 32 to 1000 printable',
    ],
    [{ approval: { ...approval, key: { env: 'NONE' } } }, 'approval.key: variable NONE is not set'],
    [
      { approval: { ...approval, key: { file: '/nowhere' } } },
      'approval.key: file /nowhere cannot be read (ENOENT)',
    ],
    [{ approval: { key: { env: 'KEY' } } }, 'approval.linkUrl: is missing'],
  ])('%j has every mistake named with its place', (value, expected) => {
    const wanted = typeof expected === 'string' ? [expected] : expected;
    const told = mistakesOf(value);
    expect(told.map((it, index) => it.slice(0, wanted[index]?.length))).toEqual(wanted);
  });
});

describe('the reference of the file', () => {
  it('has every key once, with what holds otherwise', () => {
    const keys = remediateReference();
    expect(keys.map(({ key }) => key)).toEqual([
      'mode',
      'steps.*',
      'causes.*',
      'budget.nodes',
      'budget.percent',
      'holdOffSeconds',
      'cooldownSeconds',
      'stormCooldownSeconds',
      'approvalSeconds',
      'paused[].reason',
      'paused[].nodes',
      'maintenanceWindows[].name',
      'maintenanceWindows[].timeZone',
      'maintenanceWindows[].weekdays[]',
      'maintenanceWindows[].from',
      'maintenanceWindows[].to',
      'maintenanceWindows[].dates.from',
      'maintenanceWindows[].dates.to',
      'approvers[]',
      'approval.linkUrl',
      'approval.key',
    ]);
    for (const { unit, allowed, what } of keys) expect([unit, allowed, what]).not.toContain('');
    expect(keys.find(({ key }) => key === 'approvalSeconds')?.default).toBe('900');
  });
});
