import { describe, expect, it } from 'vitest';
import { findMitigations } from '../../../../shared/domain/mitigations/find-mitigations.ts';
import type { NodePlacement, NodeSelectorTerm, Taint } from '../../../../shared/domain/placement-objects.ts';
import { aCause, type CaseParts, contextOf, node } from './case.ts';
import { patchOf, required } from './run-command.ts';

const find = (parts: CaseParts, code: Parameters<typeof aCause>[0] = 'NodeSelectorMismatch') =>
  findMitigations(aCause(code), contextOf(parts));
const term = (key: string, operator: string, ...values: string[]): NodeSelectorTerm => ({
  matchExpressions: [{ key, operator, ...(values.length === 0 ? {} : { values }) }],
});
const taint = (key: string, effect: string, value?: string): Taint => ({
  key,
  effect,
  ...(value === undefined ? {} : { value }),
});
/** The operations without the tests of the object's version. */
const changes = (command: string) =>
  patchOf(command).filter(({ op, path }) => !(op === 'test' && path.startsWith('/metadata/')));

const HOST = term('kubernetes.io/hostname', 'In', 'node02');
const notIn = (...values: string[]): NodePlacement => ({
  affinity: required(term('kubernetes.io/hostname', 'NotIn', ...values)),
});
const POOL = { 'example.com/pool': 'virt' };
const node01 = node('node01', { ...POOL, zone: 'a', 'kubernetes.io/arch': 'amd64' });
const node02 = node('node02');
const tainted = (...taints: Taint[]) => node('node02', {}, taints);
const dedicated = taint('dedicated', 'NoSchedule', 'gpu');
const control = taint('node-role.kubernetes.io/control-plane', 'NoSchedule');

describe('the change itself', () => {
  it.each<[string, CaseParts, string, readonly object[]]>([
    [
      'creates what is missing as a whole value',
      { nodes: [tainted(control), node01] },
      'AddPlacementToleration',
      [
        {
          op: 'add',
          path: '/spec/workloads',
          value: {
            nodePlacement: {
              tolerations: [
                { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
              ],
            },
          },
        },
      ],
    ],
    [
      'appends to a list that is there',
      { policy: { tolerations: [{ key: 'x', operator: 'Exists' }] }, nodes: [tainted(dedicated), node01] },
      'AddPlacementToleration',
      [
        {
          op: 'add',
          path: '/spec/workloads/nodePlacement/tolerations/-',
          value: { key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' },
        },
      ],
    ],
    [
      'tests and removes one value',
      { policy: notIn('node03', 'node02'), nodes: [node02, node01, node('node03')] },
      'RemovePlacementRule',
      ['test', 'remove'].map((op) => ({
        op,
        path: '/spec/workloads/nodePlacement/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/0/matchExpressions/0/values/1',
        ...(op === 'test' ? { value: 'node02' } : {}),
      })),
    ],
    [
      'moves the nodeSelector into a term of its own where there was none',
      { policy: { nodeSelector: POOL }, nodes: [node02, node01] },
      'ExtendPlacementAffinity',
      [
        { op: 'test', path: '/spec/workloads/nodePlacement/nodeSelector/example.com~1pool', value: 'virt' },
        { op: 'remove', path: '/spec/workloads/nodePlacement/nodeSelector/example.com~1pool' },
        {
          op: 'add',
          path: '/spec/workloads/nodePlacement/affinity',
          value: required(term('example.com/pool', 'In', 'virt'), HOST),
        },
      ],
    ],
  ])('%s', (_, parts, code, expected) => {
    const command = find(parts).find((it) => it.code === code)?.command ?? '';
    expect(changes(command)).toEqual(expected);
  });

  it('takes only the requirement out of a term that has another', () => {
    const also = [
      { key: 'zone', operator: 'In', values: ['a'] },
      { key: 'kubernetes.io/hostname', operator: 'NotIn', values: ['node02'] },
    ];
    const policy = { affinity: required({ matchExpressions: also }) };
    const nodes = [node('node02', { zone: 'a' }), node01, node('node03', { zone: 'b' })];
    const [remove] = find({ policy, nodes });
    expect(remove).toMatchObject({ code: 'RemovePlacementRule', effects: { handlersGained: ['node02'] } });
    expect(changes(remove?.command ?? '').at(-1)?.path).toMatch(/matchExpressions.1$/);
  });

  it('adds the moved selector to every term, which the two were ANDed with', () => {
    const policy = {
      nodeSelector: POOL,
      affinity: required(term('zone', 'Gt', '5'), term('zone', 'In', 'a')),
    };
    const [, extend] = find({ policy, nodes: [node02, node01, node('node03', { zone: 'a' })] });
    expect(extend?.effects).toEqual({
      handlersGained: ['node02'],
      handlersLost: [],
      restartsEveryHandler: true,
    });
  });

  it('names the node where its hostname label is not its own', () => {
    const policy = { affinity: required(term('kubernetes.io/hostname', 'NotIn', 'same')) };
    const same = { 'kubernetes.io/hostname': 'same' };
    const found = find({ policy, nodes: [node('node02', same), node('node03', same), node01] });
    expect(found.map(({ effects }) => effects.handlersGained)).toEqual([['node02', 'node03'], ['node02']]);
    expect(found[1]?.summary).toContain('metadata.name In [node02]');
  });

  it('says the other nodes that get a handler, and the value that a label replaces', () => {
    const [toleration] = find({ nodes: [tainted(control), node01, node('cp', {}, [control])] });
    expect(toleration).toMatchObject({
      risk: 'Medium',
      owner: 'KubeVirt',
      effects: { handlersGained: ['cp', 'node02'], handlersLost: [], restartsEveryHandler: true },
    });
    const [label] = find({
      policy: { nodeSelector: POOL },
      nodes: [node('node02', { 'example.com/pool': 'db' }), node01],
    });
    expect(label).toMatchObject({ risk: 'Medium', owner: 'Node' });
    expect(label?.command).toBe('kubectl label node node02 example.com/pool=virt --overwrite');
  });

  it('warns of another architecture', () => {
    const policy = { nodeSelector: { 'kubernetes.io/arch': 'amd64' } };
    const [extend] = find({ policy, nodes: [node('node02', { 'kubernetes.io/arch': 'arm64' }), node01] });
    expect(extend).toMatchObject({ risk: 'High' });
    expect(extend?.summary).toContain("Only if KubeVirt's images are built for arm64 too.");
  });
});
