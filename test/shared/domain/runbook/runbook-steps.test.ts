import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeCluster } from '../../../../shared/domain/judge-cluster.ts';
import { type ClusterObject, KINDS, type Kind } from '../../../../shared/domain/objects.ts';
import { runbookSteps, STEP_TITLES } from '../../../../shared/domain/runbook/runbook-steps.ts';
import type { RunbookStep } from '../../../../shared/domain/runbook/step.ts';
import { arbitraryCluster } from '../../../support/arbitrary-cluster.ts';
import { factsOf } from '../../../support/facts.ts';
import {
  aDaemonSet,
  aHandler,
  aKubeVirt,
  aLauncher,
  aNode,
  aVmi,
  pinnedTo,
} from '../../../support/objects.ts';

function stepsOf(name: string, objects: readonly ClusterObject[], unread: readonly Kind[] = []) {
  const facts = factsOf(objects, unread);
  const judgement = judgeCluster(facts);
  const node = judgement.nodes.find((it) => it.name === name);
  if (node === undefined) throw new RangeError(`no node ${name}`);
  return runbookSteps(facts, judgement, node);
}

const healthy = [aKubeVirt(), aDaemonSet(), aNode('node01'), aHandler('node01'), aVmi('db', 'node01')];
const workload = [aLauncher('web', 'node02'), aVmi('web', 'node02')];
const orphan = [aNode('node02'), ...workload];
const status = (desired: number, ready: number) => ({
  desiredNumberScheduled: desired,
  currentNumberScheduled: desired,
  numberReady: ready,
  updatedNumberScheduled: desired,
  numberAvailable: ready,
});

/** Step, verdict, and what is observed. */
type Row = [string, number, readonly ClusterObject[], RunbookStep['verdict'], RegExp];

describe('the steps of node02', () => {
  it.each<Row>([
    [
      'no handler pod',
      1,
      [...healthy, ...orphan],
      'Problem',
      /^1 virt-handler pod on 1 node; none of them on/,
    ],
    [
      'a handler that is not bound yet',
      1,
      [
        ...healthy,
        ...orphan,
        aHandler('node02', { spec: { affinity: pinnedTo('node02') }, status: { phase: 'Pending' } }),
      ],
      'Problem',
      /on node02 1 pod, NotRunning: Pending/,
    ],
    ['a Ready handler', 1, [...healthy, ...orphan, aHandler('node02')], 'Ok', /on node02 1 pod, Ready\./],
    [
      'two workloads',
      2,
      [...healthy, ...orphan],
      'Problem',
      /^1 VMI and 1 virt-launcher pod .*no virt-handler/,
    ],
    ['no workload', 2, [...healthy, aNode('node02')], 'Ok', /^Nothing runs on node02\.$/],
    [
      'a DaemonSet that is level and does not want the node',
      3,
      [
        ...healthy.slice(2),
        aKubeVirt(),
        aDaemonSet({ template: { nodeSelector: { zone: 'a' } }, status: status(1, 1) }),
        ...orphan,
      ],
      'Ok',
      /^It is healthy: desired 1, .*It wants no pod on node02, so that its health says nothing/,
    ],
    [
      'a DaemonSet that lacks the pod of this node',
      3,
      [...healthy.slice(2), aKubeVirt(), aDaemonSet({ status: status(2, 1) }), ...orphan],
      'Problem',
      /^It is not healthy: .*It wants a pod on node02\.$/,
    ],
    [
      'no DaemonSet',
      3,
      [aKubeVirt(), ...orphan],
      'Problem',
      /^There is no DaemonSet virt-handler in namespace kubevirt/,
    ],
    [
      'no pod although wanted',
      4,
      [...healthy, ...orphan],
      'Problem',
      /should have a pod on node02, and there is none/,
    ],
    [
      'a pod that is not wanted',
      4,
      [aKubeVirt(), aDaemonSet({ template: { nodeSelector: { zone: 'a' } } }), ...orphan],
      'Ok',
      /has no pod on node02, as its placement says: nodeSelector wants zone=a/,
    ],
    [
      'a controller that lags behind',
      4,
      [aKubeVirt(), aDaemonSet({ metadata: { generation: 3 } }), ...orphan],
      'Problem',
      /seen generation 1 only, not 3/,
    ],
    [
      'a taint',
      5,
      [
        ...healthy,
        ...workload,
        aNode('node02', { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } }),
      ],
      'Problem',
      /taints gpu:NoSchedule/,
    ],
    [
      'no labels and no status',
      5,
      [...healthy, ...workload, { kind: 'Node', metadata: { name: 'node02' } }],
      'Problem',
      /It has no Ready condition; no taints; virt-handler has never reported/,
    ],
    ['no such node', 5, [...healthy, ...workload], 'Problem', /There is no node node02/],
    ['no KubeVirt', 6, [aDaemonSet(), ...orphan], 'Problem', /^There is no KubeVirt resource\.$/],
    [
      'no policy',
      6,
      [...healthy, ...orphan],
      'Ok',
      /is not set, which allows every Linux node. Nothing in it keeps/,
    ],
  ])('say of %s in step %i', (_, step, objects, verdict, observed) => {
    const found = stepsOf('node02', objects)[step - 1];
    expect(found).toMatchObject({ step, title: STEP_TITLES[step - 1], verdict });
    expect(found?.observed).toMatch(observed);
  });

  it.each<[Kind, number[]]>([
    ['Pod', [1, 2, 4]],
    ['DaemonSet', [3, 4]],
    ['Node', [5]],
    ['KubeVirt', [6]],
  ])('cannot look where %s was not read', (kind, steps) => {
    const found = stepsOf('node02', [...healthy, ...orphan], [kind]);
    expect(found.filter(({ verdict }) => verdict === 'CouldNotLook').map(({ step }) => step)).toEqual(steps);
    for (const step of steps) expect(found[step - 1]?.observed).toMatch(/was not read|cannot be told/);
  });

  it('cannot tell who manages the VMIs where pods were not read', () => {
    const step = stepsOf('node02', [...healthy, ...orphan], ['Pod'])[1];
    expect(step).toMatchObject({ verdict: 'CouldNotLook' });
    expect(step?.observed).toContain('whether a virt-handler manages them cannot be told');
    expect(step?.objects.length).toBeGreaterThan(0);
  });

  it('cannot tell the DaemonSet where two KubeVirts leave the namespace open', () => {
    const other = { ...aKubeVirt(), metadata: { ...aKubeVirt().metadata, namespace: 'other' } };
    const found = stepsOf('node02', [...orphan, aKubeVirt(), other]);
    expect(found.map(({ verdict }) => verdict).slice(2)).toEqual([
      'CouldNotLook',
      'CouldNotLook',
      expect.any(String),
      'CouldNotLook',
    ]);
  });

  it('name no object together with all namespaces, which kubectl refuses', () => {
    for (const { command } of stepsOf('node02', [...healthy, ...orphan])) {
      const words = command.split(' ').filter((word) => !word.startsWith('-') && !word.includes('='));
      if (command.includes('--all-namespaces')) expect(words.length).toBeLessThanOrEqual(4);
    }
  });

  it('name 20 objects at most, and count the rest', () => {
    const many = Array.from({ length: 25 }, (_, index) => aVmi(`vm-${index}`, 'node02'));
    const step = stepsOf('node02', [...healthy, aNode('node02'), ...many])[1];
    expect(step?.objects).toHaveLength(20);
    expect(step?.observed).toMatch(/^25 VMIs and 0 virt-launcher pods .*, of which 20 are named here/);
  });
});

describe('runbookSteps', () => {
  const arbitraryUnread = fc.subarray([...KINDS]);

  it('takes six steps in order for any cluster, each in one line, whatever was not read and in whatever order', () => {
    fc.assert(
      fc.property(arbitraryCluster, arbitraryUnread, (objects, unread) => {
        const facts = factsOf(objects, unread);
        const judgement = judgeCluster(facts);
        const turned = factsOf([...objects].reverse(), unread);
        for (const node of judgement.nodes) {
          const steps = runbookSteps(facts, judgement, node);
          expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
          for (const { observed, command } of steps) expect(`${observed}${command}`).not.toMatch(/\p{Cc}/u);
          const again = judgeCluster(turned).nodes.find(({ name }) => name === node.name);
          expect(again && runbookSteps(turned, judgeCluster(turned), again)).toEqual(steps);
        }
      }),
      { numRuns: 200 },
    );
  });
});
