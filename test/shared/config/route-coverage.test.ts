import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversAll } from '../../../shared/config/route-coverage.ts';
import { isMatch, type RouteMatch } from '../../../shared/domain/notifications/route-match.ts';
import { aSubject } from '../../support/routing.ts';

describe('a condition', () => {
  it.each([
    [{}, { nodes: ['a'] }, true],
    [{ nodes: ['*'] }, {}, true],
    [{ vmiNamespaces: ['*'] }, {}, false],
    [{ nodes: ['edge-*'] }, { nodes: ['edge-1', 'edge-x*'] }, true],
    [{ nodes: ['edge-*'] }, { nodes: ['edge-1', 'core-1'] }, false],
    [{ nodes: ['edge-?'] }, { nodes: ['edge-*'] }, false],
    [{ nodes: ['edge-?'] }, { nodes: ['edge-?'] }, true],
    [{ causes: ['Unknown', 'NodeMissing'] }, { causes: ['Unknown'], states: ['Open'] }, true],
    [{ causes: ['Unknown'], states: ['Open'] }, { causes: ['Unknown'] }, false],
    [{ nodeLabels: { zone: '*' } }, { nodeLabels: { zone: ['a'], gpu: '*' } }, true],
    [{ nodeLabels: { zone: ['a'] } }, { nodeLabels: { zone: '*' } }, false],
    [{ nodeLabels: { zone: ['a'] } }, { nodeLabels: { zone: ['a', 'b'] } }, false],
    [{ nodeLabels: 7 }, { nodeLabels: {} }, false],
    [{ unclear: null }, { unclear: null }, false],
  ])('%j takes all of %j: %j', (earlier, later, expected) => {
    expect(coversAll(earlier, later)).toBe(expected);
  });

  it('that takes all of another matches whatever that one matches', () => {
    const patterns = fc.subarray(['*', 'a*', 'a?', 'ab', '*b', '?*'], { minLength: 1 });
    const match: fc.Arbitrary<RouteMatch> = fc.record(
      {
        nodes: patterns,
        vmiNamespaces: patterns,
        states: fc.subarray(['Open', 'AtRisk'] as const, { minLength: 1 }),
        nodeLabels: fc.constantFrom({ zone: ['a'] }, { zone: ['a', 'b'] }, { zone: '*' as const }),
      },
      { requiredKeys: [] },
    );
    const name = fc.stringMatching(/^[ab]{1,3}$/);
    const subject = fc.record({ node: name, vmiNamespaces: fc.array(name, { maxLength: 2 }) }).map(aSubject);
    let covered = 0;
    fc.assert(
      fc.property(match, match, subject, (earlier, later, it) => {
        if (!coversAll({ ...earlier }, { ...later }) || !isMatch(later, it)) return;
        covered += 1;
        expect(isMatch(earlier, it)).toBe(true);
      }),
      { numRuns: 3_000 },
    );
    expect(covered).toBeGreaterThan(20);
  });
});
