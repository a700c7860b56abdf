import { describe, expect, it } from 'vitest';
import { lastChange, seenChanges } from '../../../../shared/domain/causes/last-change.ts';
import type { ManagedFields } from '../../../../shared/domain/objects.ts';
import { caseOf, causeOf } from '../../../support/node-case.ts';
import { aDaemonSet, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const taint = (manager: string, time?: string): ManagedFields => ({
  manager,
  operation: 'Update',
  ...(time === undefined ? {} : { time }),
  fieldsV1: { 'f:spec': { 'f:taints': {} } },
});
const label = (manager: string, key: string): ManagedFields => ({
  manager,
  operation: 'Apply',
  time: '2026-08-22T08:00:00Z',
  fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, [`f:${key}`]: {} } } },
});
const nodeWith = (...managedFields: ManagedFields[]) => aNode('node01', { metadata: { managedFields } });

describe('lastChange', () => {
  it.each([
    [
      'the only owner',
      [taint('kubectl-taint', '2026-08-22T11:02:37Z')],
      'kubectl-taint (Update) at 2026-08-22T11:02:37Z',
    ],
    [
      'the latest of several',
      [taint('b', '2026-08-22T11:00:00Z'), taint('a', '2026-08-22T09:00:00Z')],
      'b (Update) at 2026-08-22T11:00:00Z',
    ],
    ['an owner without a time', [taint('old')], 'old (Update)'],
    ['no owner of that field', [label('kubectl', 'zone')], undefined],
    ['no managedFields', [], undefined],
    ['an entry that says nothing', [{}], undefined],
  ])('names %s', (_, fields, by) => {
    expect(lastChange(nodeWith(...fields), 'taints')?.by).toBe(by);
  });

  it('names who set a label, with the place that says so', () => {
    const node = nodeWith(taint('x'), label('kubectl-label', 'zone'));
    expect(seenChanges(node, { label: 'zone' })).toEqual([
      {
        object: 'Node node01',
        resourceVersion: '1000',
        field: 'metadata.managedFields[1]',
        value: 'metadata.labels[zone] last set by kubectl-label (Apply) at 2026-08-22T08:00:00Z',
      },
    ]);
    expect(seenChanges(undefined, 'taints')).toEqual([]);
  });
});

describe('causes show who did it', () => {
  const rest = [aVmi('vm-1', 'node01')];

  it('of a taint', () => {
    const node = aNode('node01', {
      metadata: { managedFields: [taint('kubectl-taint', '2026-08-22T09:00:00Z')] },
      spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] },
    });
    const { evidence } = causeOf(
      caseOf('node01', [node, aKubeVirt(), aDaemonSet(), ...rest]),
      'TaintNotTolerated',
    );
    expect(evidence.map(({ value }) => value)).toContain(
      'spec.taints last set by kubectl-taint (Update) at 2026-08-22T09:00:00Z',
    );
  });

  it('of a placement policy', () => {
    const managedFields = [{ manager: 'kubectl-edit', fieldsV1: { 'f:spec': { 'f:workloads': {} } } }];
    const nodePlacement = { nodeSelector: { zone: 'a' } };
    const kubeVirt = aKubeVirt({ metadata: { managedFields }, spec: { workloads: { nodePlacement } } });
    const situation = caseOf('node01', [
      aNode('node01'),
      kubeVirt,
      aDaemonSet({ template: nodePlacement }),
      ...rest,
    ]);
    expect(causeOf(situation, 'NodeSelectorMismatch').evidence.at(-1)).toMatchObject({
      object: 'KubeVirt kubevirt/kubevirt',
      field: 'metadata.managedFields[0]',
      value: 'spec.workloads last set by kubectl-edit (unknown operation)',
    });
  });
});
