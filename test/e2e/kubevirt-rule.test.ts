import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeNode } from '../../shared/domain/incidents/observation.ts';
import type { ClusterObject } from '../../shared/domain/objects.ts';
import { factsOf } from '../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../support/objects.ts';
import { promtool, skipReason } from '../support/promtool.ts';

const RULE = new URL(
  '../../../shared/kubevirt/prometheusrule/prometheus-kubevirt-rules.yaml',
  import.meta.url,
).pathname;
/** Where it is said to people. */
const PAGE = new URL('../../infra/monitoring/README.md', import.meta.url);
const skipped = existsSync(RULE)
  ? skipReason('promtool')
  : " (skipped: no KubeVirt's rules beside this repository)";

/** A pod as kube-state-metrics tells of it, minute by minute: whether it is there and whether it is Ready. */
interface PodSeries {
  readonly namespace: string;
  readonly pod: string;
  readonly node: string;
  /** In promtool's notation: `1x60` is Ready for an hour. */
  readonly ready: string;
}

interface Situation {
  readonly what: string;
  readonly pods: readonly PodSeries[];
  /** The same cluster, at the end of the hour. */
  readonly objects: readonly ClusterObject[];
  /** Nodes for which the alert fires after an hour, or that it cannot be evaluated. */
  readonly alertSays: readonly string[] | 'evaluation fails';
  /** Our verdict of each node. */
  readonly weSay: Readonly<Record<string, string>>;
}

const kubevirt = { namespace: 'kubevirt' };
const tenant = { namespace: 'tenant-a' };
const launcherOf = (vmi: string, node: string): PodSeries => ({
  ...tenant,
  pod: `virt-launcher-${vmi}-x7k2p`,
  node,
  ready: '1x60',
});
const installed = [aKubeVirt(), aDaemonSet()];
const vmOn = (node: string) => [aNode(node), aVmi('web', node), aLauncher('web', node)];
/** What a tenant made by hand: it has the label too, and no DaemonSet. */
const tenantsHandler = (node: string) =>
  aHandler(node, { name: 'virt-handler-x', namespace: 'tenant-a', metadata: { ownerReferences: [] } });
const unready = aHandler('node01', {
  name: 'virt-handler-aaaaa',
  metadata: { creationTimestamp: '2026-08-22T08:00:00Z' },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }],
  },
});
/** Nine minutes of ten not Ready, the last sample among them. */
const READY_ONE_MINUTE_IN_NINE = Array.from({ length: 7 }, () => '1 0 0 0 0 0 0 0 0').join(' ');

const SITUATIONS: readonly Situation[] = [
  {
    what: 'a node has a completed launcher only',
    pods: [{ ...tenant, pod: 'virt-launcher-done-x7k2p', node: 'node01', ready: '0x60' }],
    objects: [...installed, aNode('node01'), aLauncher('done', 'node01', { status: { phase: 'Succeeded' } })],
    alertSays: ['node01'],
    weSay: { node01: 'NoWorkload' },
  },
  {
    what: 'a pod is merely called virt-launcher-…',
    pods: [{ ...tenant, pod: 'virt-launcher-docs', node: 'node01', ready: '1x60' }],
    objects: [
      ...installed,
      aNode('node01'),
      aLauncher('docs', 'node01', {
        name: 'virt-launcher-docs',
        metadata: { labels: { app: 'docs' }, annotations: {}, ownerReferences: [] },
      }),
    ],
    alertSays: ['node01'],
    weSay: { node01: 'NoWorkload' },
  },
  {
    what: "a tenant's Ready pod is called virt-handler-x",
    pods: [launcherOf('web', 'node01'), { ...tenant, pod: 'virt-handler-x', node: 'node01', ready: '1x60' }],
    objects: [...installed, ...vmOn('node01'), tenantsHandler('node01')],
    alertSays: [],
    weSay: { node01: 'Orphaned' },
  },
  {
    what: 'the handler is Ready one minute in nine',
    pods: [
      launcherOf('web', 'node01'),
      { ...kubevirt, pod: 'virt-handler-aaaaa', node: 'node01', ready: READY_ONE_MINUTE_IN_NINE },
    ],
    objects: [...installed, ...vmOn('node01'), unready],
    alertSays: [],
    weSay: { node01: 'Orphaned' },
  },
  {
    what: 'two namespaces have a virt-handler pod of the same name',
    pods: [
      launcherOf('web', 'node01'),
      { ...kubevirt, pod: 'virt-handler-bbbbb', node: 'node02', ready: '1x60' },
      { ...tenant, pod: 'virt-handler-bbbbb', node: 'node03', ready: '1x60' },
    ],
    objects: [
      ...installed,
      ...vmOn('node01'),
      aNode('node02'),
      aHandler('node02', { name: 'virt-handler-bbbbb' }),
      aNode('node03'),
      tenantsHandler('node03'),
    ],
    alertSays: 'evaluation fails',
    weSay: { node01: 'Orphaned', node02: 'NoWorkload', node03: 'NoWorkload' },
  },
  {
    what: 'the handler is gone (both are right)',
    pods: [launcherOf('web', 'node01')],
    objects: [...installed, ...vmOn('node01')],
    alertSays: ['node01'],
    weSay: { node01: 'Orphaned' },
  },
  {
    what: 'the handler is Ready (both are right)',
    pods: [
      launcherOf('web', 'node01'),
      { ...kubevirt, pod: 'virt-handler-aaaaa', node: 'node01', ready: '1x60' },
    ],
    objects: [...installed, ...vmOn('node01'), aHandler('node01', { name: 'virt-handler-aaaaa' })],
    alertSays: [],
    weSay: { node01: 'Managed' },
  },
];

describe.skipIf(skipped !== '')(`KubeVirt's own rule, with the real promtool${skipped}`, () => {
  let folder = '';
  let forMinutes = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubevirt-rule-'));
    const { spec } = load(readFileSync(RULE, 'utf8')) as { spec: { groups: RuleGroup[] } };
    const [alert] = spec.groups.flatMap(({ rules }) => rules).filter((rule) => rule.alert === ALERT);
    forMinutes = alert?.for ?? '';
    // As it is shipped, but alone: promtool stops at the first rule that fails.
    writeFileSync(join(folder, 'rule.yaml'), dump({ groups: [{ name: 'kubevirt', rules: [alert] }] }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What the alert says at a time, as promtool evaluates it. */
  function evaluate(pods: readonly PodSeries[], firing: readonly string[], evalTime: string) {
    const series = pods.flatMap(({ namespace, pod, node, ready }) => [
      { series: `kube_pod_info{namespace="${namespace}",pod="${pod}",node="${node}"}`, values: '1x60' },
      {
        series: `kube_pod_status_ready{namespace="${namespace}",pod="${pod}",condition="true"}`,
        values: ready,
      },
    ]);
    const test = {
      rule_files: ['rule.yaml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: series,
          promql_expr_test: [
            {
              expr: `count by (node) (ALERTS{alertname="${ALERT}",alertstate="firing"})`,
              eval_time: evalTime,
              exp_samples: firing.map((node) => ({ labels: `{node="${node}"}`, value: 1 })),
            },
          ],
        },
      ],
    };
    writeFileSync(join(folder, 'test.yaml'), dump(test));
    return promtool(['test', 'rules', 'test.yaml'], folder);
  }

  it('waits for ten minutes, which our check of alerts counts from', () => {
    expect(forMinutes).toBe('10m');
    const pods = [launcherOf('web', 'node01')];
    expect(evaluate(pods, [], '9m')).toMatchObject({ code: 0 });
    expect(evaluate(pods, ['node01'], '10m')).toMatchObject({ code: 0 });
  });

  it.each(SITUATIONS.map((it) => [it.what, it] as const))('%s', (_, { pods, objects, alertSays, weSay }) => {
    const isBroken = alertSays === 'evaluation fails';
    const { code, output } = evaluate(pods, isBroken ? [] : alertSays, '60m');
    if (isBroken) expect(output).toContain('many-to-many matching not allowed');
    else expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('SUCCESS') });
    const facts = factsOf(objects);
    const verdicts = Object.keys(weSay).map((node) => [node, observeNode(facts, node).verdict]);
    expect(Object.fromEntries(verdicts)).toEqual(weSay);
  });

  it('is seen to fail by this test: what it does not say is no success', () => {
    expect(evaluate([launcherOf('web', 'node01')], [], '60m').code).not.toBe(0);
    expect(evaluate([launcherOf('web', 'node01')], ['node02'], '60m').code).not.toBe(0);
  });
});

describe('the table of what the alert gets wrong', () => {
  it('says what these tests show, situation by situation', () => {
    const said = readFileSync(PAGE, 'utf8')
      .split('\n')
      .map((line) => line.replace(/^\| /, '').split(' | '))
      .filter(([what]) => SITUATIONS.some((it) => it.what === what))
      .map(([what, alert, we]) => ({ what, alert, we }));
    const shown = SITUATIONS.map(({ what, alertSays, weSay }) => ({
      what,
      alert: inWords(alertSays),
      we: `\`${weSay['node01']}\``,
    }));
    expect(said).toEqual(shown);
  });

  function inWords(alertSays: Situation['alertSays']): string {
    if (alertSays === 'evaluation fails') return 'nothing: its evaluation fails';
    return alertSays.includes('node01') ? 'orphaned' : 'nothing';
  }
});

const ALERT = 'OrphanedVirtualMachineInstances';
interface RuleGroup {
  readonly rules: readonly { readonly alert?: string; readonly for?: string }[];
}
