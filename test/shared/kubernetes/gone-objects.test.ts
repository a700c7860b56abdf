import { expect, it } from 'vitest';
import { decide as ofHandlerPod } from '../../../functions/handler-pod-changed/decide.ts';
import { decide as ofNode } from '../../../functions/node-changed/decide.ts';
import { decide as ofWorkload } from '../../../functions/workload-changed/decide.ts';
import type { Concern, ObjectChange } from '../../../shared/domain/object-change.ts';
import { KnownObjects } from '../../../shared/kubernetes/known-objects.ts';
import type { RawObject } from '../../../shared/kubernetes/object-pages.ts';

const pod = (label: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${label}-1`,
    namespace: 'a',
    uid: 'u',
    resourceVersion: '1',
    labels: { 'kubevirt.io': label },
  },
  spec,
});
const matchFields = [{ key: 'metadata.name', operator: 'In', values: ['n1'] }];
const meant = {
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] },
    },
  },
};
const metadata = { name: 'x', uid: 'u', resourceVersion: '1' };
const migrationState = { sourceNode: 'n1', targetNode: 'n2' };

const CASES: readonly (readonly [string, RawObject, (change: ObjectChange) => Concern, readonly string[]])[] =
  [
    ['a virt-handler', pod('virt-handler', { nodeName: 'n1', containers: [] }), ofHandlerPod, ['n1']],
    ['a virt-handler that was meant for a node', pod('virt-handler', meant), ofHandlerPod, ['n1']],
    ['a virt-launcher', pod('virt-launcher', { nodeName: 'n1' }), ofWorkload, ['n1']],
    [
      'a VMI that had moved',
      {
        apiVersion: 'kubevirt.io/v1',
        kind: 'VirtualMachineInstance',
        metadata: { ...metadata, namespace: 'a' },
        status: { nodeName: 'n2', phase: 'Running', migrationState },
      },
      ofWorkload,
      ['n2', 'n1'],
    ],
    ['a node', { apiVersion: 'v1', kind: 'Node', metadata, spec: {} }, ofNode, ['x']],
  ];

it.each(CASES)('of what is gone is told whom it concerned: %s', (_, object, decide, nodes) => {
  const known = new KnownObjects(object);
  known.beginList();
  known.takeItem(object);
  known.endList();
  known.beginList();
  const [gone] = known.endList();
  const { name, namespace = '' } = object.metadata;
  const change = { verb: 'delete', kind: object.kind, name, namespace, object: gone?.object } as const;
  expect(decide(change)).toMatchObject({ nodes });
});
