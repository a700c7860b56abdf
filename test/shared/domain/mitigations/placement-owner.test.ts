import { describe, expect, it } from 'vitest';
import type { HyperConvergedObject } from '../../../../shared/domain/evidence-objects.ts';
import { findMitigations } from '../../../../shared/domain/mitigations/find-mitigations.ts';
import type { MitigationContext } from '../../../../shared/domain/mitigations/mitigation.ts';
import { patchCommand, placementOwner } from '../../../../shared/domain/mitigations/placement-owner.ts';
import type { KubeVirtObject } from '../../../../shared/domain/objects.ts';
import type { Toleration } from '../../../../shared/domain/placement-objects.ts';
import { aKubeVirt } from '../../../support/objects.ts';
import { aCause, contextOf, node } from './case.ts';
import { applyPatch, patchOf, shellWords } from './run-command.ts';

const node02 = node('node02', {}, [{ key: 'dedicated', effect: 'NoSchedule' }]);
const TOLERATION = { key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' };
const known: Toleration[] = [{ key: 'a', operator: 'Exists' }];
const metadata = { name: 'kubevirt-hyperconverged', namespace: 'kubevirt', uid: 'hco-1', generation: 7 };
const hyperConverged = (parts: Partial<HyperConvergedObject>): HyperConvergedObject => ({
  kind: 'HyperConverged',
  metadata,
  ...parts,
});

function find(parts: Partial<MitigationContext>, policy?: { readonly tolerations: Toleration[] }) {
  const context = { ...contextOf({ nodes: [node02, node('node01')], policy }), ...parts };
  return findMitigations(aCause('TaintNotTolerated'), context);
}

describe('the command for the KubeVirt resource', () => {
  it('is one line that kubectl understands, guarded by uid and generation', () => {
    const [{ command = '' } = {}] = find({});
    expect(shellWords(command).slice(0, 8)).toEqual([
      ...['kubectl', 'patch', 'kubevirt', 'kubevirt', '-n', 'kubevirt', '--type=json', '-p'],
    ]);
    expect(patchOf(command).slice(0, 2)).toEqual([
      { op: 'test', path: '/metadata/uid', value: 'kubevirt' },
      { op: 'test', path: '/metadata/generation', value: 3 },
    ]);
  });

  it.each<[string, unknown]>([
    ['an empty spec', {}],
    ['no workloads in a spec', { infra: { replicas: 1 } }],
    ['workloads that are null', { workloads: null }],
    ['empty workloads', { workloads: {} }],
    ['a placement that is null', { workloads: { replicas: 2, nodePlacement: null } }],
    ['an empty placement', { workloads: { replicas: 2, nodePlacement: {} } }],
    ['tolerations that are null', { workloads: { nodePlacement: { tolerations: null, nodeSelector: {} } } }],
    ['empty tolerations', { workloads: { nodePlacement: { tolerations: [] } } }],
  ])('applies to %s, and keeps what else is there', (_, spec) => {
    const kubeVirt = { ...aKubeVirt(), spec } as KubeVirtObject;
    const [{ command = '' } = {}] = find({ kubeVirt });
    const changed = applyPatch(kubeVirt, patchOf(command));
    expect(Object.keys(changed.spec ?? {})).toEqual(expect.arrayContaining(Object.keys(spec ?? {})));
    if (JSON.stringify(spec)?.includes('replicas')) expect(JSON.stringify(changed)).toContain('"replicas":');
    expect(changed.spec?.workloads?.nodePlacement?.tolerations).toEqual([TOLERATION]);
  });

  it('never replaces the spec as a whole, also when nothing of it was read', () => {
    const { spec, ...read } = aKubeVirt({ spec: {} });
    const [{ command = '' } = {}] = find({ kubeVirt: read });
    const real = { ...read, spec: { ...spec, imageTag: 'v1' } };
    expect(applyPatch(real, patchOf(command)).spec).toMatchObject({ imageTag: 'v1' });
    expect(() => applyPatch(read, patchOf(command))).toThrow('there is no spec');
  });

  it('does not apply to an object that has changed, or to that of another cluster', () => {
    const { kubeVirt } = contextOf({ nodes: [node02] });
    const [{ command = '' } = {}] = find({});
    const with_ = (change: object) => ({ ...kubeVirt, metadata: { ...kubeVirt?.metadata, ...change } });
    expect(() => applyPatch(with_({ resourceVersion: '9' }), patchOf(command))).not.toThrow();
    expect(() => applyPatch(with_({ generation: 4 }), patchOf(command))).toThrow('generation');
    expect(() => applyPatch(with_({ uid: 'other' }), patchOf(command))).toThrow('uid');
  });

  it('is not made without a version, nor for names that a shell or kubectl could take for something else', () => {
    const { kubeVirt } = contextOf({ nodes: [node02] });
    if (kubeVirt === undefined) throw new RangeError('no KubeVirt');
    const commandFor = (change: object) => {
      const owner = placementOwner(
        { ...kubeVirt, metadata: { ...kubeVirt.metadata, ...change } } as KubeVirtObject,
        undefined,
      );
      return owner && patchCommand(owner, []);
    };
    expect(commandFor({ generation: undefined })).toContain('"/metadata/resourceVersion","value":"1000"');
    expect(commandFor({ uid: undefined })).not.toContain('uid');
    expect(commandFor({ generation: undefined, resourceVersion: undefined })).toBeUndefined();
    expect(commandFor({ name: '--kubeconfig=x' })).toBeUndefined();
    expect(commandFor({ namespace: '$(reboot)' })).toBeUndefined();
    expect(find({ kubeVirt: { ...kubeVirt, metadata: { name: 'kubevirt' } } })[0]?.code).toBe(
      'ReviewPlacement',
    );
  });

  it('quotes single quotes', () => {
    const { kubeVirt } = contextOf({ nodes: [node02] });
    const owner = placementOwner(kubeVirt, undefined);
    const operations = [{ op: 'test', path: "/it's", value: `'";$(x)\\` } as const];
    expect(patchOf((owner && patchCommand(owner, operations)) ?? '').at(-1)).toEqual(operations[0]);
  });
});

describe('HyperConverged owns the placement', () => {
  it.each<[string, Partial<HyperConvergedObject>, string, string]>([
    [
      'in v1beta1',
      {
        apiVersion: 'hco.kubevirt.io/v1beta1',
        spec: { workloads: { nodePlacement: { tolerations: known } } },
      },
      'hyperconverged.v1beta1.hco.kubevirt.io',
      '/spec/workloads/nodePlacement/tolerations/-',
    ],
    [
      'in v1',
      {
        apiVersion: 'hco.kubevirt.io/v1',
        spec: { deployment: { nodePlacements: { workload: { tolerations: known } } } },
      },
      'hyperconverged.v1.hco.kubevirt.io',
      '/spec/deployment/nodePlacements/workload/tolerations/-',
    ],
    [
      'in a version that only its field tells',
      { spec: { deployment: { nodePlacements: { workload: { tolerations: known } } } } },
      'hyperconverged.v1.hco.kubevirt.io',
      '/spec/deployment/nodePlacements/workload/tolerations/-',
    ],
  ])('%s', (_, parts, resource, path) => {
    const [found] = find({ hyperConverged: hyperConverged(parts) }, { tolerations: known });
    expect(found).toMatchObject({ code: 'AddPlacementToleration', owner: 'HyperConverged' });
    const command = found?.command ?? '';
    expect(shellWords(command).slice(2, 6)).toEqual([resource, 'kubevirt-hyperconverged', '-n', 'kubevirt']);
    expect(patchOf(command).slice(1)).toEqual([
      { op: 'test', path: '/metadata/generation', value: 7 },
      { op: 'add', path, value: TOLERATION },
    ]);
    expect(found?.summary).toContain('CDI');
  });

  it('gets the patch from its own root when it says nothing yet', () => {
    const object = hyperConverged({ apiVersion: 'hco.kubevirt.io/v1', spec: {} });
    const [{ command = '' } = {}] = find({ hyperConverged: object });
    expect(patchOf(command).at(-1)).toEqual({
      op: 'add',
      path: '/spec/deployment',
      value: { nodePlacements: { workload: { tolerations: [TOLERATION] } } },
    });
  });

  it('is not patched when its placement is not what KubeVirt has', () => {
    const object = hyperConverged({ apiVersion: 'hco.kubevirt.io/v1beta1', spec: {} });
    const [found] = find({ hyperConverged: object }, { tolerations: known });
    expect(found).toMatchObject({ code: 'ReviewPlacement', owner: 'None' });
    expect(found?.summary).toContain("HyperConverged's placement is not the one that KubeVirt has");
    expect(found?.command).toContain('hyperconvergeds.hco.kubevirt.io/kubevirt-hyperconverged');
  });
});
