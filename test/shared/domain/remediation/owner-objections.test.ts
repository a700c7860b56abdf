import { describe, expect, it } from 'vitest';
import type { HyperConvergedObject } from '../../../../shared/domain/evidence-objects.ts';
import type { MitigationContext } from '../../../../shared/domain/mitigations/mitigation.ts';
import type { EditedMeta } from '../../../../shared/domain/objects.ts';
import { makePlans } from '../../../../shared/domain/remediation/make-plans.ts';
import { ownerObjections } from '../../../../shared/domain/remediation/owner-objections.ts';
import { aHandler } from '../../../support/objects.ts';
import { aCause, contextOf, node } from '../mitigations/case.ts';

const POOL = { pool: 'virt' };
const nodes = [node('node02', {}, [{ key: 'dedicated', effect: 'NoSchedule' }]), node('node01', POOL)];
const settled = contextOf({ policy: { nodeSelector: POOL }, nodes });
/** A label of the node, and a toleration in KubeVirt. */
const [plan] = makePlans(settled, [aCause('TaintNotTolerated')]);
const objections = (change: Partial<MitigationContext>) =>
  plan === undefined ? [] : ownerObjections(plan, { ...settled, ...change });

function ofKubeVirt(metadata: Partial<EditedMeta>) {
  const { kubeVirt } = settled;
  return objections({
    kubeVirt: kubeVirt && { ...kubeVirt, metadata: { ...kubeVirt.metadata, ...metadata } },
  });
}
const kubeVirtOf = (owner: string) => [
  `The KubeVirt kubevirt belongs to ${owner}, which would take the change back.`,
];

it.each<[string, Partial<EditedMeta>]>([
  [
    'Argo CD',
    { annotations: { 'argocd.argoproj.io/tracking-id': 'app:kubevirt.io/KubeVirt:kubevirt/kubevirt' } },
  ],
  ['Argo CD', { labels: { 'argocd.argoproj.io/instance': 'app' } }],
  [
    'Argo CD',
    { labels: { 'app.kubernetes.io/instance': 'app' }, managedFields: [{ manager: 'argocd-controller' }] },
  ],
  ['Flux', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'infra' } }],
  [
    'Flux',
    {
      labels: { 'helm.toolkit.fluxcd.io/name': 'kubevirt' },
      annotations: { 'meta.helm.sh/release-name': 'kubevirt' },
    },
  ],
  ['Flux', { managedFields: [{ manager: 'kubectl' }, { manager: 'kustomize-controller' }] }],
  ['Helm', { annotations: { 'meta.helm.sh/release-name': 'kubevirt' } }],
  ['Rancher Fleet', { annotations: { 'objectset.rio.cattle.io/id': '' } }],
  ['kapp', { labels: { 'kapp.k14s.io/app': '1774341192231442519' } }],
  ['Config Sync', { annotations: { 'configmanagement.gke.io/managed': 'enabled' } }],
  ['the add-on manager', { labels: { 'addonmanager.kubernetes.io/mode': 'Reconcile' } }],
  ['Sveltos', { labels: { 'projectsveltos.io/reference-name': 'config' } }],
  ['the HyperConverged operator', { labels: { 'app.kubernetes.io/managed-by': 'hco-operator' } }],
  [
    'Open Cluster Management',
    {
      ownerReferences: [
        { apiVersion: 'work.open-cluster-management.io/v1', kind: 'AppliedManifestWork', name: 'x' },
      ],
    },
  ],
  [
    'HyperConverged hco',
    {
      ownerReferences: [
        { apiVersion: 'hco.kubevirt.io/v1', kind: 'HyperConverged', name: 'hco', controller: true },
      ],
    },
  ],
])('an object that is marked by %s is not ours to change: %j', (owner, metadata) => {
  expect(ofKubeVirt(metadata)).toEqual(kubeVirtOf(owner));
});

it.each<[string, Partial<EditedMeta>]>([
  ['no mark', {}],
  ['the label of a chart, without who applies it', { labels: { 'app.kubernetes.io/instance': 'kubevirt' } }],
  ['people who edit it', { managedFields: [{ manager: 'kubectl-edit' }, { manager: 'virt-operator' }] }],
  ['a tool that was told to leave it', { annotations: { 'configmanagement.gke.io/managed': 'disabled' } }],
  ['an add-on that is only made once', { labels: { 'addonmanager.kubernetes.io/mode': 'EnsureExists' } }],
  ['an inherited property', { labels: {}, annotations: {} }],
  [
    'an owner that does not control it',
    { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x' }] },
  ],
])('an object with %s is', (_, metadata) => {
  expect(ofKubeVirt(metadata)).toEqual([]);
});

describe('every object that a plan changes is looked at', () => {
  it('the node too', () => {
    const [first] = nodes;
    const labels = { ...first?.metadata.labels, 'kapp.k14s.io/app': '1' };
    const marked = first && { ...first, metadata: { ...first.metadata, labels } };
    expect(objections({ node: marked })).toEqual([
      'The Node node02 belongs to kapp, which would take the change back.',
    ]);
  });

  it('and one that is not there, or is another one, is nobody’s that is known', () => {
    const unread = ['The KubeVirt kubevirt was not read: whose it is cannot be told.'];
    expect(objections({ kubeVirt: undefined })).toEqual(unread);
    expect(ofKubeVirt({ uid: 'anew' })).toEqual(unread);
  });
});

it('KubeVirt is HyperConverged’s where there is one, and HyperConverged is ours', () => {
  const metadata = { name: 'hco', namespace: 'kubevirt', uid: 'hco-1', resourceVersion: '7' };
  const spec = { workloads: { nodePlacement: { nodeSelector: POOL } } };
  const hyperConverged: HyperConvergedObject = { kind: 'HyperConverged', metadata, spec };
  expect(objections({ hyperConverged })).toEqual(kubeVirtOf('HyperConverged hco'));
  const [owned] = makePlans({ ...settled, hyperConverged }, [aCause('TaintNotTolerated')]);
  expect(owned?.steps.at(-1)?.owner).toBe('HyperConverged');
  expect(owned && ownerObjections(owned, { ...settled, hyperConverged })).toEqual([]);
});

it('a pod may be deleted by anybody', () => {
  const handlerPod = aHandler('node02', {
    status: { phase: 'Running' },
    metadata: { labels: { 'kapp.k14s.io/app': '1' }, uid: 'pod', resourceVersion: '1' },
  });
  const context = { ...contextOf({ nodes: [node('node02')] }), handlerPod };
  const [restart] = makePlans(context, [aCause('HandlerNotReady')]);
  expect(restart?.steps[0]?.change?.action).toBe('delete');
  expect(restart && ownerObjections(restart, context)).toEqual([]);
});
