import { load } from 'js-yaml';
import { expect, it } from 'vitest';
import { makePlans } from '../../../../shared/domain/remediation/make-plans.ts';
import { patchFileOf } from '../../../../shared/domain/remediation/patch-file.ts';
import type { PlanStep } from '../../../../shared/domain/remediation/plan.ts';
import { aHandler } from '../../../support/objects.ts';
import { aCause, contextOf, node } from '../mitigations/case.ts';

const POOL = { 'example.com/pool': "it's: virt" };
const taints = [{ key: 'dedicated', effect: 'NoSchedule' }];
const context = contextOf({ nodes: [node('node02.example.com', {}, taints), node('node01')] });
const stepsOf = (...plans: readonly { readonly steps: readonly PlanStep[] }[]) =>
  plans.flatMap(({ steps }) => steps);
const [toleration] = stepsOf(...makePlans(context, [aCause('TaintNotTolerated')]));

it('is an entry of a kustomization, with the operations of the change', () => {
  expect(toleration && patchFileOf(toleration)).toBe(
    [
      '# In KubeVirt: tolerate the taint dedicated:NoSchedule. Every virt-handler restarts, one node after the other.',
      'patches:',
      '  - target:',
      '      group: "kubevirt.io"',
      '      version: "v1"',
      '      kind: "KubeVirt"',
      '      namespace: "kubevirt"',
      '      name: "kubevirt"',
      '    patch: |-',
      '      - {"op":"add","path":"/spec/workloads","value":{"nodePlacement":{"tolerations":[{"key":"dedicated","operator":"Exists","effect":"NoSchedule"}]}}}',
      '',
    ].join('\n'),
  );
});

it('is YAML that says what the change says, for objects without group and namespace too', () => {
  const named = contextOf({
    policy: { nodeSelector: { 'example.com/pool': 'it' } },
    nodes: [node('node02.example.com'), node('node01', { 'example.com/pool': 'it' })],
  });
  const [label] = stepsOf(...makePlans(named, [aCause('NodeSelectorMismatch')]));
  if (label?.change?.action !== 'patch') throw new RangeError('no patch');
  const operations = [
    ...label.change.operations,
    { op: 'add', path: '/metadata/labels', value: POOL } as const,
  ];
  const step = { ...label, summary: 'one\n- two: {', change: { ...label.change, operations } };
  const file = load(patchFileOf(step) ?? '') as { patches: readonly { target: object; patch: string }[] };
  expect(file.patches).toHaveLength(1);
  expect(file.patches[0]?.target).toEqual({
    version: 'v1',
    kind: 'Node',
    name: String.raw`node02\.example\.com`,
  });
  expect(load(file.patches[0]?.patch ?? '')).toEqual(operations);
});

it('is not made where nothing is patched', () => {
  const handlerPod = aHandler('node02.example.com', { status: { phase: 'Running' } });
  const steps = stepsOf(
    ...makePlans({ ...context, handlerPod, node: node('node02.example.com') }, [aCause('HandlerNotReady')]),
  );
  expect(steps.map(({ code }) => code)).toEqual(['RestartHandlerPod', 'FixHandlerPod']);
  expect(steps.map(patchFileOf)).toEqual([undefined, undefined]);
});
