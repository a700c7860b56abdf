import { describe, expect, it } from 'vitest';
import { judgePlacement } from '../../../../shared/domain/placement/daemonset-placement.ts';
import {
  validatePlacement,
  validateTaints,
} from '../../../../shared/domain/placement/placement-validation.ts';
import type {
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodPlacement,
  Toleration,
} from '../../../../shared/domain/placement-objects.ts';

const TERMS = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
const required = (...nodeSelectorTerms: NodeSelectorTerm[]): PodPlacement => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const refused = (path: string, message: string) => ({ path, message, consequence: 'Refused' });
const never = (path: string, message: string) => ({ path, message, consequence: 'NeverMatches' });
const LONG = 'x'.repeat(64);

// Each answer was compared with the real API server's (v1.20.2, dry run); where 1.36 differs, the line says so.
describe('validatePlacement', () => {
  it.each<[string, PodPlacement]>([
    ['nothing', {}],
    ['empty everything', { nodeName: '', nodeSelector: {}, affinity: { nodeAffinity: {} }, tolerations: [] }],
    ['an empty selector value', { nodeSelector: { a: '' } }],
    [
      'every expression operator',
      required({
        matchExpressions: [
          { key: 'a', operator: 'In', values: ['x', ''] },
          { key: 'a', operator: 'NotIn', values: ['x'] },
          { key: 'a', operator: 'Exists' },
          { key: 'example.com/a', operator: 'DoesNotExist', values: [] },
          { key: 'a', operator: 'Gt', values: ['5'] },
          { key: 'a', operator: 'Lt', values: ['007'] },
        ],
      }),
    ],
    [
      'both field operators',
      required({
        matchFields: [
          { key: 'metadata.name', operator: 'In', values: ['node01'] },
          { key: 'metadata.name', operator: 'NotIn', values: ['node02'] },
        ],
      }),
    ],
    [
      'every toleration',
      {
        tolerations: [
          { operator: 'Exists' },
          { key: 'a', operator: '', effect: '' },
          { key: 'a', operator: 'Equal', value: 'x', effect: 'NoSchedule' },
          { key: 'a', operator: 'Exists', effect: 'PreferNoSchedule' },
          { key: 'a', effect: 'NoExecute' },
        ],
      },
    ],
  ])('has nothing to say about %s', (_, placement) => {
    expect(validatePlacement(placement)).toEqual([]);
  });

  it.each<[PodPlacement, string, string]>([
    [{ nodeName: 'Node' }, 'nodeName', "'Node' is not a lowercase DNS name"],
    [{ nodeSelector: { '-a': 'b' } }, 'nodeSelector[-a]', "'-a' is not a label key"],
    [{ nodeSelector: { a: 'b!' } }, 'nodeSelector[a]', "'b!' is not a label value"],
    [required(), TERMS, 'needs at least one term'],
    [
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } } },
      TERMS,
      'needs at least one term',
    ],
  ])('refuses %j', (placement, path, message) => {
    expect(validatePlacement(placement)).toEqual([refused(path, message)]);
  });

  it.each<[NodeSelectorRequirement, string, string]>([
    [{ key: 'a', operator: 'Foo', values: ['x'] }, '.operator', "unknown operator 'Foo'"],
    [{ key: 'a', operator: '' }, '.operator', "unknown operator ''"],
    [{ key: 'a', operator: 'In', values: [] }, '.values', 'In needs at least one value'],
    [{ key: 'a', operator: 'NotIn' }, '.values', 'NotIn needs at least one value'],
    [{ key: 'a', operator: 'Exists', values: ['x'] }, '.values', 'Exists takes no values'],
    [{ key: 'a', operator: 'DoesNotExist', values: [''] }, '.values', 'DoesNotExist takes no values'],
    [{ key: 'a', operator: 'Gt', values: ['1', '2'] }, '.values', 'Gt needs exactly one value'],
    [{ key: 'a', operator: 'Lt' }, '.values', 'Lt needs exactly one value'],
    [{ key: '', operator: 'Exists' }, '.key', "'' is not a label key"],
    [{ key: 'UP/c', operator: 'Exists' }, '.key', "'UP/c' is not a label key"],
    // Accepted by 1.20, where the term matches no node.
    [
      { key: 'a', operator: 'In', values: ['x', 'not valid'] },
      '.values[1]',
      "'not valid' is not a label value",
    ],
    [{ key: 'a', operator: 'NotIn', values: [LONG] }, '.values[0]', 'must be no more than 63 characters'],
    [{ key: 'a', operator: 'Gt', values: ['-1'] }, '.values[0]', "'-1' is not a label value"],
  ])('refuses the expression %j', (requirement, path, message) => {
    const fine = { key: 'ok', operator: 'Exists' };
    expect(
      validatePlacement(required({ matchExpressions: [fine] }, { matchExpressions: [fine, requirement] })),
    ).toEqual([refused(`${TERMS}[1].matchExpressions[1]${path}`, message)]);
  });

  it.each<[NodeSelectorRequirement, string, string]>([
    [{ key: 'metadata.name', operator: 'Exists' }, '.operator', "unknown operator 'Exists' for a field"],
    [
      { key: 'metadata.name', operator: 'In', values: ['a', 'b'] },
      '.values',
      'In on a field needs exactly one value',
    ],
    [{ key: 'metadata.name', operator: 'NotIn' }, '.values', 'NotIn on a field needs exactly one value'],
    [
      { key: 'metadata.uid', operator: 'In', values: ['a'] },
      '.key',
      "unknown field 'metadata.uid': only metadata.name can be matched",
    ],
    [
      { key: 'metadata.name', operator: 'In', values: ['A_'] },
      '.values[0]',
      "'A_' is not a lowercase DNS name",
    ],
  ])('refuses the field %j', (requirement, path, message) => {
    expect(validatePlacement(required({ matchFields: [requirement] }))).toEqual([
      refused(`${TERMS}[0].matchFields[0]${path}`, message),
    ]);
  });

  it.each<[Toleration, string, string]>([
    [{}, '.operator', 'must be Exists when the key is empty'],
    [{ operator: 'Equal', value: 'x' }, '.operator', 'must be Exists when the key is empty'],
    [{ key: 'a', operator: 'Exists', value: 'x' }, '.operator', 'Exists takes no value'],
    [{ key: 'a', value: 'b!' }, '.operator', "'b!' is not a label value"],
    [{ key: 'a', operator: 'In' }, '.operator', "unknown operator 'In'"],
    // Known since 1.35, behind a feature gate that is off.
    [{ key: 'a', operator: 'Gt', value: '1' }, '.operator', "unknown operator 'Gt'"],
    [{ key: 'a!', operator: 'Exists' }, '.key', "'a!' is not a label key"],
    [{ key: 'a', effect: 'NoFun' }, '.effect', "unknown effect 'NoFun'"],
  ])('refuses the toleration %j', (toleration, path, message) => {
    expect(validatePlacement({ tolerations: [{ operator: 'Exists' }, toleration] })).toEqual([
      refused(`tolerations[1]${path}`, message),
    ]);
  });

  it('tells what is accepted and can never match', () => {
    const word = { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['many'] }] };
    const huge = { matchExpressions: [{ key: 'a', operator: 'Lt', values: ['9223372036854775808'] }] };
    expect(validatePlacement(required({}, word, { matchExpressions: [] }, huge))).toEqual([
      never(`${TERMS}[0]`, 'a term without requirements matches no node'),
      never(
        `${TERMS}[1].matchExpressions[0].values[0]`,
        "'many' is not a 64-bit integer: Gt matches no node",
      ),
      never(`${TERMS}[2]`, 'a term without requirements matches no node'),
      never(
        `${TERMS}[3].matchExpressions[0].values[0]`,
        "'9223372036854775808' is not a 64-bit integer: Lt matches no node",
      ),
    ]);
  });

  it('names everything that is wrong, and the same placement is judged without a crash', () => {
    const broken: PodPlacement = {
      nodeSelector: { '!': '!' },
      ...required({ matchExpressions: [{ key: '!', operator: '!', values: ['!'] }] }),
      tolerations: [{ key: '!', operator: '!', value: '!', effect: '!' }],
    };
    expect(validatePlacement(broken).map(({ path }) => path.replace(TERMS, 'terms'))).toEqual([
      'nodeSelector[!]',
      'terms[0].matchExpressions[0].operator',
      'terms[0].matchExpressions[0].key',
      'terms[0].matchExpressions[0].values[0]',
      'tolerations[0].key',
      'tolerations[0].operator',
      'tolerations[0].effect',
    ]);
    expect(judgePlacement({ kind: 'Node', metadata: { name: 'n' } }, broken).shouldRun).toBe(false);
  });
});

describe('validateTaints', () => {
  it('takes every effect there is, and no taints', () => {
    expect(validateTaints(undefined)).toEqual([]);
    expect(
      validateTaints(['NoSchedule', 'PreferNoSchedule', 'NoExecute'].map((effect) => ({ key: 'a', effect }))),
    ).toEqual([]);
  });

  it('names what no API server would have accepted', () => {
    expect(
      validateTaints([
        { key: 'ok', effect: 'NoSchedule' },
        { key: '', value: '!', effect: 'NoFun' },
      ]),
    ).toEqual([
      refused('spec.taints[1].key', "'' is not a label key"),
      refused('spec.taints[1].value', "'!' is not a label value"),
      refused('spec.taints[1].effect', "unknown effect 'NoFun'"),
    ]);
  });
});
