import { describe, expect, it } from 'vitest';
import { decide } from '../../../functions/placement-changed/decide.ts';
import { change, concerning, expectTotal, mattersIn } from '../../support/changes.ts';
import { aKubeVirt } from '../../support/objects.ts';

const kubeVirt = aKubeVirt({ metadata: { generation: 3 } });

describe('placement-changed', () => {
  it.each([
    ['the KubeVirt resource', change('update', kubeVirt), 'every-node'],
    ['it is gone', change('delete', kubeVirt, false), 'every-node'],
    ['a name only', change('update', kubeVirt, false), 'look-up'],
  ])('%s', (_, given, expected) => {
    expect(concerning(decide(given))).toBe(expected);
  });

  const synchronized = (status: string) => ({
    phase: 'Deployed',
    conditions: [{ type: 'Synchronized', status, reason: 'DeploymentFailed' }],
  });
  it.each([
    [
      'a roll-out comes and goes',
      aKubeVirt({
        metadata: { generation: 3 },
        status: { phase: 'Deployed', conditions: [{ type: 'Progressing', status: 'True' }] },
      }),
      true,
    ],
    ['the placement', aKubeVirt({ metadata: { generation: 4 } }), false],
    [
      'it is being deleted',
      aKubeVirt({ metadata: { generation: 3, deletionTimestamp: '2026-08-22T10:10:00Z' } }),
      false,
    ],
    [
      'the placement was refused',
      aKubeVirt({ metadata: { generation: 3 }, status: synchronized('False') }),
      false,
    ],
  ])('%s: noise %s', (_, object, noise) => {
    expect(
      mattersIn(decide(change('update', object))) === mattersIn(decide(change('update', kubeVirt))),
    ).toBe(noise);
  });

  it('answers whatever is in the object', () => expectTotal(decide, 'KubeVirt'));
});
