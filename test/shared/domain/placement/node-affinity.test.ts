import { describe, expect, it } from 'vitest';
import type { NodeObject } from '../../../../shared/domain/objects.ts';
import { labelOf, requiredAffinity } from '../../../../shared/domain/placement/node-affinity.ts';
import type {
  NodeSelectorRequirement,
  NodeSelectorTerm,
} from '../../../../shared/domain/placement-objects.ts';

type Labels = Readonly<Record<string, string>>;

function nodeWith(labels: Labels | undefined, name = 'node01'): NodeObject {
  return { kind: 'Node', metadata: { name, labels } };
}

function matches(labels: Labels | undefined, ...terms: NodeSelectorTerm[]): boolean {
  return requiredAffinity(terms)(nodeWith(labels)) === undefined;
}

function requirement(key: string, operator: string, values?: readonly string[]): NodeSelectorRequirement {
  return { key, operator, values };
}

const expression = (...all: NodeSelectorRequirement[]): NodeSelectorTerm => ({ matchExpressions: all });
const field = (...all: NodeSelectorRequirement[]): NodeSelectorTerm => ({ matchFields: all });

describe('matchExpressions', () => {
  it.each<[string, readonly string[] | undefined, Labels | undefined, boolean]>([
    ['In', ['a'], { k: 'a' }, true],
    ['In', ['b', 'a'], { k: 'a' }, true],
    ['In', ['b'], { k: 'a' }, false],
    ['In', ['A'], { k: 'a' }, false],
    ['In', [''], { k: '' }, true],
    ['In', [''], {}, false],
    ['In', ['a'], undefined, false],
    ['In', [], { k: 'a' }, false],
    ['In', undefined, { k: 'a' }, false],
    ['NotIn', ['a'], { k: 'a' }, false],
    ['NotIn', ['b'], { k: 'a' }, true],
    ['NotIn', ['a', 'b'], { k: 'b' }, false],
    ['NotIn', ['a'], {}, true],
    ['NotIn', ['a'], undefined, true],
    ['NotIn', [''], { k: '' }, false],
    ['NotIn', [], { k: 'a' }, false],
    ['Exists', [], { k: '' }, true],
    ['Exists', undefined, { k: 'a' }, true],
    ['Exists', [], {}, false],
    ['Exists', [], undefined, false],
    ['Exists', ['a'], { k: 'a' }, false],
    ['DoesNotExist', [], {}, true],
    ['DoesNotExist', undefined, undefined, true],
    ['DoesNotExist', [], { k: '' }, false],
    ['DoesNotExist', ['a'], {}, false],
  ])('%s %j on %j: %s', (operator, values, labels, expected) => {
    expect(matches(labels, expression(requirement('k', operator, values)))).toBe(expected);
  });

  it.each<[string, readonly string[], string, boolean]>([
    ['Gt', ['5'], '6', true],
    ['Gt', ['5'], '5', false],
    ['Gt', ['5'], '4', false],
    ['Lt', ['5'], '4', true],
    ['Lt', ['5'], '5', false],
    ['Lt', ['5'], '6', false],
    ['Gt', ['9'], '10', true],
    ['Gt', ['007'], '8', true],
    ['Gt', ['5'], '0006', true],
    ['Gt', ['0'], '-1', false],
    ['Lt', ['0'], '-1', true],
    ['Lt', ['9'], '+5', true],
    ['Gt', ['-1'], '5', false],
    ['Gt', ['+1'], '5', false],
    ['Gt', ['5'], '6.0', false],
    ['Lt', ['5'], '', false],
    ['Gt', ['5'], 'many', false],
    ['Lt', ['5'], 'many', false],
    ['Gt', ['many'], '5', false],
    ['Lt', ['many'], '5', false],
    ['Gt', ['1', '2'], '5', false],
    ['Gt', [], '5', false],
    ['Gt', ['9007199254740992'], '9007199254740993', true],
    ['Lt', ['9007199254740993'], '9007199254740992', true],
    ['Gt', ['5'], '9223372036854775807', true],
    ['Gt', ['5'], '9223372036854775808', false],
    ['Lt', ['9223372036854775808'], '5', false],
  ])('%s %j on "%s": %s', (operator, values, label, expected) => {
    expect(matches({ k: label }, expression(requirement('k', operator, values)))).toBe(expected);
  });

  it.each(['Gt', 'Lt'])('%s does not match a node without the label', (operator) => {
    expect(matches({}, expression(requirement('k', operator, ['5'])))).toBe(false);
  });

  it.each(['', 'in', 'Foo', 'Equal'])('the unknown operator %j matches nothing', (operator) => {
    expect(matches({ k: 'a' }, expression(requirement('k', operator, ['a'])))).toBe(false);
  });

  it('a key or a value that is no label matches nothing, not even with NotIn', () => {
    expect(matches({}, expression(requirement('not a key', 'DoesNotExist')))).toBe(false);
    expect(matches({}, expression(requirement('k', 'NotIn', ['not a value'])))).toBe(false);
  });

  it('a key that every JavaScript object inherits is absent unless the node has it', () => {
    expect(matches({}, expression(requirement('constructor', 'Exists')))).toBe(false);
    expect(labelOf({ constructor: 'a' }, 'constructor')).toBe('a');
  });
});

describe('matchFields', () => {
  it.each<[string, string, readonly string[] | undefined, boolean]>([
    ['metadata.name', 'In', ['node01'], true],
    ['metadata.name', 'In', ['node02'], false],
    ['metadata.name', 'In', ['node01', 'node02'], false],
    ['metadata.name', 'In', [], false],
    ['metadata.name', 'In', undefined, false],
    ['metadata.name', 'NotIn', ['node01'], false],
    ['metadata.name', 'NotIn', ['node02'], true],
    ['metadata.name', 'NotIn', ['node02', 'node03'], false],
    ['metadata.name', 'Exists', [], false],
    ['metadata.name', 'Gt', ['1'], false],
    ['metadata.uid', 'In', ['node01'], false],
    ['metadata.uid', 'In', [''], true],
    ['metadata.uid', 'NotIn', ['node01'], true],
  ])('%s %s %j: %s', (key, operator, values, expected) => {
    expect(matches({}, field(requirement(key, operator, values)))).toBe(expected);
  });
});

describe('terms', () => {
  const met = requirement('k', 'In', ['a']);
  const unmet = requirement('k', 'In', ['b']);
  const broken = requirement('k', 'Foo');
  const here = requirement('metadata.name', 'In', ['node01']);
  const elsewhere = requirement('metadata.name', 'In', ['node02']);

  it.each<[string, readonly NodeSelectorTerm[], boolean]>([
    ['no terms', [], false],
    ['an empty term', [{}], false],
    ['a term of empty lists', [{ matchExpressions: [], matchFields: [] }], false],
    ['an empty term beside one that matches', [{}, expression(met)], true],
    ['terms are ORed', [expression(unmet), expression(met)], true],
    ['requirements are ANDed', [expression(met, unmet)], false],
    ['expressions and fields are ANDed', [{ matchExpressions: [met], matchFields: [elsewhere] }], false],
    ['both match', [{ matchExpressions: [met], matchFields: [here] }], true],
    [
      'an empty list beside a filled one plays no part',
      [{ matchExpressions: [], matchFields: [here] }],
      true,
    ],
    ['what cannot be parsed spoils its term', [expression(met, broken)], false],
    ['what cannot be parsed spoils no other term', [expression(broken), expression(met)], true],
  ])('%s', (_, terms, expected) => {
    expect(matches({ k: 'a' }, ...terms)).toBe(expected);
  });

  it('names every requirement that fails in every term, with what the node has', () => {
    const spoiled = { matchExpressions: [met, unmet, broken], matchFields: [elsewhere] };
    expect(requiredAffinity([spoiled, {}])(nodeWith({ k: 'a' }))).toEqual([
      {
        index: 0,
        term: spoiled,
        failing: [
          { field: 'matchExpressions', index: 1, requirement: unmet, actual: 'a', invalid: undefined },
          {
            field: 'matchExpressions',
            index: 2,
            requirement: broken,
            actual: 'a',
            invalid: "unknown operator 'Foo'",
          },
          { field: 'matchFields', index: 0, requirement: elsewhere, actual: 'node01', invalid: undefined },
        ],
      },
      { index: 1, term: {}, failing: [] },
    ]);
  });

  it.each<[NodeSelectorRequirement, string]>([
    [requirement('k', 'In', []), 'In needs at least one value'],
    [requirement('k', 'Exists', ['a']), 'Exists takes no values'],
    [requirement('k', 'Gt', ['1', '2']), 'Gt needs exactly one value'],
    [requirement('k', 'Lt', ['many']), "'many' is not a 64-bit integer"],
    [requirement('k', 'Gt', ['-1']), "'-1' is not a label value"],
    [requirement('k!', 'DoesNotExist'), "'k!' is not a label key"],
  ])('says why %j cannot be evaluated', (broken, invalid) => {
    expect(requiredAffinity([expression(broken)])(nodeWith({ k: '5' }))?.[0]?.failing).toMatchObject([
      { invalid },
    ]);
  });

  it.each<[NodeSelectorRequirement, string]>([
    [requirement('metadata.name', 'Exists'), "unknown operator 'Exists' for a field"],
    [requirement('metadata.name', 'In', ['a', 'b']), 'In on a field needs exactly one value'],
  ])('says why the field requirement %j cannot be evaluated', (broken, invalid) => {
    expect(requiredAffinity([field(broken)])(nodeWith({}))?.[0]?.failing).toMatchObject([{ invalid }]);
  });
});
