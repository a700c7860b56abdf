import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VmObject } from '../../../../shared/domain/evidence-objects.ts';
import { assessImpact } from '../../../../shared/domain/impact/assess-impact.ts';
import type { KubeVirtObject, VmiObject } from '../../../../shared/domain/objects.ts';
import { aKubeVirt, aVmi } from '../../../support/objects.ts';

const owner = {
  apiVersion: 'kubevirt.io/v1',
  kind: 'VirtualMachine',
  name: 'web',
  uid: 'vm-web',
  controller: true,
};

interface VmiParts {
  readonly metadata?: Partial<VmiObject['metadata']>;
  readonly spec?: VmiObject['spec'];
  readonly status?: VmiObject['status'];
}

function vmi({ metadata = {}, spec, status = {} }: VmiParts = {}): VmiObject {
  const plain = aVmi('web', 'node02');
  return {
    ...plain,
    metadata: { ...plain.metadata, ownerReferences: [owner], ...metadata },
    spec,
    status: { ...plain.status, ...status },
  };
}

const vm = (spec: VmObject['spec'], name = 'web'): VmObject => ({
  kind: 'VirtualMachine',
  metadata: { name, namespace: 'tenant-a' },
  spec,
});
const migratable = (status: string) => ({ conditions: [{ type: 'LiveMigratable', status }] });
const kubeVirt = (evictionStrategy?: string): KubeVirtObject => ({
  ...aKubeVirt(),
  spec: { configuration: { evictionStrategy } },
});
const lost = (it: VmiObject, virtualMachine?: VmObject) =>
  assessImpact(it, virtualMachine, kubeVirt()).lost.join(' ');

it('names a VMI, its owner and its strategies', () => {
  const it_ = vmi({ spec: { evictionStrategy: 'LiveMigrate' }, status: migratable('True') });
  expect(assessImpact(it_, vm({ runStrategy: 'Manual' }), kubeVirt('None'))).toMatchObject({
    namespace: 'tenant-a',
    name: 'web',
    uid: 'vmi-web',
    owner: { kind: 'VirtualMachine', name: 'web' },
    runStrategy: 'Manual',
    evictionStrategy: 'LiveMigrate',
    liveMigratable: true,
    migration: null,
  });
});

it.each<[string, VmObject | undefined, string | null]>([
  ['running: true', vm({ running: true }), 'Always'],
  ['running: false', vm({ running: false }), 'Halted'],
  ['neither', vm({}), null],
  ['another VM', vm({ runStrategy: 'Always' }, 'other'), null],
  ['no VM', undefined, null],
])('the run strategy of %s', (_, virtualMachine, expected) => {
  expect(assessImpact(vmi(), virtualMachine, undefined).runStrategy).toBe(expected);
});

it('has no owner, and no run strategy of a VM, when nothing controls it', () => {
  const impact = assessImpact(
    vmi({ metadata: { ownerReferences: [{ ...owner, controller: undefined }] } }),
    vm({ runStrategy: 'Always' }),
    undefined,
  );
  expect(impact).toMatchObject({ owner: null, runStrategy: null });
});

it.each<[string | undefined, KubeVirtObject | undefined, string | null]>([
  ['External', kubeVirt('LiveMigrate'), 'External'],
  [undefined, kubeVirt('LiveMigrate'), 'LiveMigrate'],
  [undefined, kubeVirt(), 'None'],
  [undefined, aKubeVirt(), 'None'],
  [undefined, undefined, null],
])('the eviction strategy of %s under KubeVirt %#', (own, cluster, expected) => {
  expect(assessImpact(vmi({ spec: { evictionStrategy: own } }), undefined, cluster).evictionStrategy).toBe(
    expected,
  );
});

describe('a migration', () => {
  const state = { migrationUid: 'm1', sourceNode: 'node02', targetNode: 'node01' };

  it('is in flight until it has ended', () => {
    const impact = (more: object) =>
      assessImpact(vmi({ status: { migrationState: { ...state, ...more } } }), undefined, undefined);
    expect(impact({}).migration).toEqual({
      uid: 'm1',
      sourceNode: 'node02',
      targetNode: 'node01',
      started: false,
    });
    expect(impact({ startTimestamp: 'x' }).migration?.started).toBe(true);
    expect(impact({ endTimestamp: 'x' }).migration).toBeNull();
    expect(impact({ completed: true }).migration).toBeNull();
    expect(impact({ failed: true }).migration).toBeNull();
  });

  it('does not finish, in either direction', () => {
    expect(lost(vmi({ status: { migrationState: state } }))).toContain(
      'Its migration to node01 does not finish',
    );
    const incoming = { ...state, sourceNode: 'node01', targetNode: 'node02' };
    expect(lost(vmi({ status: { migrationState: incoming } }))).toContain('Its migration from node01');
    expect(lost(vmi({ status: { migrationState: {} } }))).toContain('Its migration to another node');
    expect(lost(vmi())).toContain('A migration away does not finish');
    expect(lost(vmi({ status: migratable('False') }))).toContain('it is not live-migratable');
  });
});

it.each<[string | undefined, string | undefined, string]>([
  [undefined, undefined, 'A drain of the node kills it: nothing'],
  ['None', 'True', 'A drain of the node kills it: nothing'],
  ['LiveMigrate', 'True', 'waits for a migration'],
  ['LiveMigrate', 'False', 'may not be evicted and cannot be migrated'],
  ['LiveMigrateIfPossible', 'True', 'waits for a migration'],
  ['LiveMigrateIfPossible', 'False', 'A drain of the node kills it: it is not known'],
  ['External', 'True', 'left to an outside controller'],
])('a drain with %s, live-migratable %s', (evictionStrategy, status, expected) => {
  const parts = status === undefined ? {} : { status: migratable(status) };
  expect(lost(vmi({ spec: { evictionStrategy }, ...parts }))).toContain(expected);
});

it('does not claim to know what a drain does when KubeVirt was not read', () => {
  expect(assessImpact(vmi(), undefined, undefined).lost.join(' ')).toContain('is not known');
});

it('says what becomes of a guest that stops, by phase and run strategy', () => {
  expect(lost(vmi(), vm({ runStrategy: 'Always' }))).toContain('then for failed, and is started again');
  expect(lost(vmi(), vm({ runStrategy: 'Manual' }))).toContain('then for failed.');
  expect(lost(vmi({ status: { phase: 'Scheduled' } }))).toContain('It stays Scheduled');
  expect(lost(vmi({ metadata: { deletionTimestamp: '2026-08-22T10:00:00Z' } }))).toContain(
    'It is being deleted',
  );
  expect(lost(vmi())).toContain('power-cuts the guest after its grace period');
});

it('never throws, and says at most nine sentences, each different', () => {
  const some = (...values: string[]) => fc.constantFrom<string | undefined>(undefined, ...values);
  const facts = fc.record({
    phase: some('Running', 'Scheduled', 'odd'),
    nodeName: some('node02'),
    eviction: some('None', 'LiveMigrate', 'odd'),
    status: some('True', 'False', 'Unknown'),
    migrating: fc.boolean(),
  });
  fc.assert(
    fc.property(facts, ({ phase, nodeName, eviction, status, migrating }) => {
      const conditions = status === undefined ? undefined : [{ type: 'LiveMigratable', status }];
      const migrationState = migrating ? {} : undefined;
      const it_ = vmi({
        spec: { evictionStrategy: eviction },
        status: { phase, nodeName, conditions, migrationState },
      });
      const sentences = assessImpact(it_, undefined, undefined).lost;
      expect(sentences.length).toBeLessThanOrEqual(9);
      expect(new Set(sentences).size).toBe(sentences.length);
      for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].*\.$/);
    }),
  );
});
