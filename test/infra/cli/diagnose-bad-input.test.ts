import { describe, expect, it } from 'vitest';
import { fileWith } from '../../support/dump-files.ts';
import { runInProcess } from '../../support/in-process.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';
import { diagnosisFrom } from '../../support/report-schema.ts';

type Json = Record<string, unknown>;

const sent = (apiVersion: string, object: object): Json => ({ apiVersion, ...object });
const node = (spec: object = {}): Json => sent('v1', { ...aNode('node02'), spec });
const workload = [sent('v1', aLauncher('web', 'node02')), sent('kubevirt.io/v1', aVmi('web', 'node02'))];
const kubeVirt = (nodePlacement?: object): Json =>
  sent(
    'kubevirt.io/v1',
    nodePlacement === undefined ? aKubeVirt() : aKubeVirt({ spec: { workloads: { nodePlacement } } }),
  );
const daemonSet = (template: object = {}, parts: Json = {}): Json => ({
  ...sent('apps/v1', aDaemonSet({ template })),
  ...parts,
});
const term = (requirement: object) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [requirement] }],
      },
    },
  },
});
const anEvent = (parts: Json): Json => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e', namespace: 'kubevirt' },
  reason: 'FailedCreate',
  ...parts,
});

async function diagnose(objects: readonly Json[], name = 'node02') {
  const file = fileWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
  const { code, stdout, stderr } = await runInProcess(['diagnose', name, '-f', file, '-o', 'json']);
  expect([code, stderr]).toEqual([expect.any(Number), '']);
  return { code, ...diagnosisFrom(stdout) };
}

describe('a placement that the API server would refuse', () => {
  it.each([
    ['an unknown operator', { key: 'zone', operator: 'Near', values: ['a'] }, 'operator'],
    ['Gt with a word', { key: 'zone', operator: 'Gt', values: ['big'] }, 'values'],
    ['empty values', { key: 'zone', operator: 'In', values: [] }, 'values'],
    ['Exists with a value', { key: 'zone', operator: 'Exists', values: ['a'] }, 'values'],
  ])('is a finding with its path: %s', async (_, requirement, field) => {
    const policy = term(requirement);
    const found = await diagnose([node(), ...workload, kubeVirt(policy), daemonSet(policy)]);
    expect(found.node.causes[0]?.code).toBe('NodeAffinityMismatch');
    const path = `nodeSelectorTerms[0].matchExpressions[0].${field}`;
    expect(found.node.causes[0]?.evidence.some((it) => it.field.includes(path))).toBe(true);
    expect(found.steps[5]).toMatchObject({ verdict: 'Problem' });
    expect(found.steps[5]?.observed).toContain(path);
  });
});

describe('odd objects', () => {
  it.each<[string, readonly Json[], string | undefined]>([
    [
      'a DaemonSet without a selector and a status',
      [node(), kubeVirt(), daemonSet({}, { spec: {}, status: {} })],
      'Unknown',
    ],
    [
      'a DaemonSet without a spec',
      [node(), kubeVirt(), daemonSet({}, { spec: null, status: null })],
      'Unknown',
    ],
    [
      'two virt-handler DaemonSets, and KubeVirts were not read',
      [
        node(),
        daemonSet(),
        { ...daemonSet(), metadata: { ...aDaemonSet().metadata, namespace: 'other', uid: 'x' } },
      ],
      'Unknown',
    ],
    [
      'a node without labels and status',
      [sent('v1', { kind: 'Node', metadata: { name: 'node02' } }), kubeVirt(), daemonSet()],
      'NodeSelectorMismatch',
    ],
    [
      'a taint with an unknown effect',
      [node({ taints: [{ key: 'gpu', effect: 'NoIdea' }] }), kubeVirt(), daemonSet()],
      'DaemonSetStalled',
    ],
    [
      'Events that refer to nothing, or to what is not there',
      [
        node(),
        kubeVirt(),
        daemonSet(),
        anEvent({}),
        anEvent({ metadata: { name: 'f' }, involvedObject: {} }),
        anEvent({
          metadata: { name: 'g' },
          involvedObject: { kind: 'DaemonSet', name: 'virt-handler', uid: 'other' },
        }),
        anEvent({
          metadata: { name: 'h' },
          involvedObject: { kind: 'Node', name: 'gone' },
          lastTimestamp: 'never',
        }),
      ],
      'DaemonSetStalled',
    ],
  ])('are answered: %s', async (_, objects, code) => {
    const found = await diagnose([...objects, ...workload]);
    expect(found.code).toBe(1);
    expect(found.node.causes[0]?.code).toBe(code);
    expect(found.steps).toHaveLength(6);
  });

  const other = (metadata: Json): Json => ({
    ...daemonSet(),
    metadata: { ...aDaemonSet().metadata, uid: 'x', ...metadata },
  });
  it.each<[string, readonly Json[], string, string]>([
    [
      'a taint with an unknown effect',
      [node({ taints: [{ key: 'gpu', effect: 'NoIdea' }] }), daemonSet()],
      'InvalidObject',
      "Node node02: spec.taints[0].effect: unknown effect 'NoIdea'",
    ],
    [
      'a DaemonSet without a selector',
      [node(), daemonSet({}, { spec: { template: {} } })],
      'InvalidObject',
      'DaemonSet kubevirt/virt-handler: spec.selector: is missing',
    ],
    [
      'two virt-handler DaemonSets in two namespaces',
      [node(), daemonSet(), other({ namespace: 'other' })],
      'SeveralDaemonSets',
      '(kubevirt/virt-handler, other/virt-handler): only kubevirt/virt-handler counts',
    ],
    [
      'two virt-handler DaemonSets in one namespace',
      [node(), daemonSet(), other({ name: 'copy' })],
      'SeveralDaemonSets',
      '(kubevirt/copy, kubevirt/virt-handler): only kubevirt/virt-handler counts',
    ],
  ])('are findings with the path of the field: %s', async (_, objects, code, message) => {
    const handlers = [kubeVirt(), sent('v1', aHandler('node02'))];
    const { node: found, problems } = await diagnose([...objects, ...handlers, ...workload]);
    expect(found.verdict).toBe('Managed');
    expect(problems.find((it) => it.code === code)?.message).toContain(message);
  });

  it('are named: an Event that refers to nothing', async () => {
    const objects = [
      node(),
      kubeVirt(),
      daemonSet(),
      anEvent({}),
      anEvent({ metadata: { name: 'f' }, involvedObject: {} }),
    ];
    const { problems } = await diagnose([...objects, ...workload]);
    expect(problems.filter(({ code }) => code === 'InvalidObject').map(({ message }) => message)).toEqual([
      'Event /f: involvedObject (or regarding): names no object. It was left out.',
      'Event kubevirt/e: involvedObject (or regarding): names no object. It was left out.',
    ]);
  });

  it('leave an unreadable heartbeat no risk, and say so', async () => {
    const metadata = { ...aNode('node02').metadata, annotations: { 'kubevirt.io/heartbeat': 'soon' } };
    const objects = [
      sent('v1', { ...aNode('node02'), metadata }),
      kubeVirt(),
      daemonSet(),
      sent('v1', aHandler('node02')),
    ];
    const found = await diagnose([...objects, ...workload]);
    expect(found.node.verdict).toBe('Managed');
    expect(found.problems.map((it) => it.code)).toContain('HeartbeatUnreadable');
    expect(found.steps[4]?.observed).toContain('its heartbeat is no time');
  });
});
