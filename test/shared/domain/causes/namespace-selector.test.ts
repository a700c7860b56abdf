import { describe, expect, it } from 'vitest';
import { namespaceMismatch } from '../../../../shared/domain/causes/namespace-selector.ts';
import { aNamespace } from '../../../support/node-case.ts';
import { aNode } from '../../../support/objects.ts';

const NODE = aNode('node01', { metadata: { labels: { zone: 'a', disk: '' } } });
const OPENSHIFT = 'openshift.io/node-selector';
const SCHEDULER = 'scheduler.alpha.kubernetes.io/node-selector';

describe('namespaceMismatch', () => {
  it.each([
    ['', true],
    ['zone=a', true],
    ['zone==a', true],
    ['zone=b', false],
    ['zone=a,disk=', true],
    ['zone=a, disk=ssd', false],
    ['zone!=a', false],
    ['zone!=b', true],
    ['rack!=r1', true],
    ['disk', true],
    ['rack', false],
    ['!rack', true],
    ['!disk', false],
    ['zone in (a,b)', true],
    ['zone in (b, c), disk', false],
    ['rack in (r1)', false],
    ['zone notin (a)', false],
    ['rack notin (r1)', true],
    ['cores > 4', true],
    ['zone=b,cores > 4', true],
  ])('%j matches: %s', (selector, expected) => {
    expect(namespaceMismatch(aNamespace({ [OPENSHIFT]: selector }), NODE) === undefined).toBe(expected);
  });

  it('reads the first annotation only', () => {
    const both = { [SCHEDULER]: 'zone=a', [OPENSHIFT]: 'zone=b' };
    expect(namespaceMismatch(aNamespace(both), NODE)).toBeUndefined();
    expect(namespaceMismatch(aNamespace({ [SCHEDULER]: 'zone=b', [OPENSHIFT]: 'zone=a' }), NODE)).toEqual({
      annotation: SCHEDULER,
      selector: 'zone=b',
      isOpenShift: false,
    });
  });

  it('says nothing without a namespace, an annotation, or labels that it could miss', () => {
    const bare = aNode('node01', { metadata: { labels: undefined } });
    expect(namespaceMismatch(undefined, NODE)).toBeUndefined();
    expect(namespaceMismatch(aNamespace({}), NODE)).toBeUndefined();
    expect(namespaceMismatch(aNamespace({ [OPENSHIFT]: '' }), bare)).toBeUndefined();
    expect(namespaceMismatch(aNamespace({ [OPENSHIFT]: 'constructor' }), bare)).toBeDefined();
  });
});
