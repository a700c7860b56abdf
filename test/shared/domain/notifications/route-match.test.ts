import { describe, expect, it } from 'vitest';
import {
  isMatch,
  matchConditions,
  type RouteMatch,
  type RouteSubject,
} from '../../../../shared/domain/notifications/route-match.ts';
import { aSubject } from '../../../support/routing.ts';

type Row = readonly [RouteMatch, Partial<RouteSubject>, boolean, string];

describe('a condition', () => {
  it.each<Row>([
    [{ severities: ['critical', 'warning'] }, {}, true, 'severity warning is one of critical, warning'],
    [{ severities: ['critical'] }, {}, false, 'severity warning is not critical'],
    [{ states: ['Open'] }, {}, true, 'state Open is Open'],
    [{ causes: ['HeartbeatStale'] }, {}, true, 'cause HeartbeatStale is HeartbeatStale'],
    [
      { causes: ['ImagePullFailure', 'ContainerCrash'] },
      {},
      false,
      'cause TaintNotTolerated, HeartbeatStale is none of ImagePullFailure, ContainerCrash',
    ],
    [{ causes: ['Unknown'] }, { causes: [] }, false, 'there is no cause to be Unknown'],
    [{ nodes: ['core-*', 'edge-?'] }, {}, true, 'node edge-1 is one of core-*, edge-?'],
    [{ nodes: ['edge'] }, {}, false, 'node edge-1 is not edge'],
    [{ vmiNamespaces: ['off*'] }, {}, true, 'VMI namespace office is off*'],
    [{ vmiNamespaces: ['lab'] }, {}, false, 'VMI namespace shop, office is not lab'],
    [{ vmiNamespaces: ['*'] }, { vmiNamespaces: [] }, false, 'there is no VMI namespace to be *'],
    [
      { vmiNamespaces: ['lab'] },
      { vmiNamespaces: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
      false,
      'VMI namespace a, b, c, d, e and 2 more is not lab',
    ],
    [{ nodeLabels: { zone: ['a', 'b'] } }, {}, true, 'node label zone=a is one of a, b'],
    [{ nodeLabels: { zone: ['b'] } }, {}, false, 'node label zone=a is none of b'],
    [{ nodeLabels: { gpu: '*' } }, {}, true, 'the node has a label gpu'],
    [{ nodeLabels: { gpu: [''] } }, {}, true, 'node label gpu= is ""'],
    [{ nodeLabels: { rack: '*' } }, {}, false, 'the node has no label rack'],
    [
      { nodeLabels: Object.fromEntries([['toString', '*' as const]]) },
      {},
      false,
      'the node has no label toString',
    ],
    [
      { nodeLabels: { zone: '*' } },
      { nodeLabels: undefined },
      false,
      "the node's labels are not known, so zone is not",
    ],
  ])('%j of %j holds: %j', (match, more, holds, why) => {
    expect(matchConditions(match, aSubject(more))).toEqual([{ holds, why }]);
  });

  it('of several fields holds when all do', () => {
    const both: RouteMatch = { nodes: ['edge-*'], nodeLabels: { zone: ['a'], gpu: '*' } };
    expect(isMatch(both, aSubject())).toBe(true);
    expect(isMatch({ ...both, severities: ['critical'] }, aSubject())).toBe(false);
    expect(isMatch(both, aSubject({ nodeLabels: { zone: 'a' } }))).toBe(false);
    expect(isMatch({}, aSubject({ nodeLabels: undefined, causes: [], vmiNamespaces: [] }))).toBe(true);
  });
});
