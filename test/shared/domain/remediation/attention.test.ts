import { describe, expect, it } from 'vitest';
import { isToBeLookedAt, nodesToLookAt } from '../../../../shared/domain/remediation/attention.ts';
import { NO_REMEDIATION, type Run } from '../../../../shared/domain/remediation/remediation.ts';
import {
  type RemediationPolicy,
  USUAL_POLICY,
} from '../../../../shared/domain/remediation/remediation-policy.ts';
import { durationMs, epochMs } from '../../../../shared/domain/units.ts';
import { at, incident } from '../../../support/incidents.ts';
import { remediationOf } from '../../../support/remediation.ts';
import { APPROVAL, OPEN, running } from '../../../support/remediation-looks.ts';

const OBSERVE = USUAL_POLICY;
const APPROVE: RemediationPolicy = { ...USUAL_POLICY, mode: 'Approve' };
const LABELS_ONLY: RemediationPolicy = { ...USUAL_POLICY, stepModes: { LabelNode: 'Auto' } };

const proposed = (parts: Partial<Run>) => running({ phase: 'Proposed', ...parts });

describe('whether a node is looked at', () => {
  it.each([
    ['an open incident without a plan', OPEN, NO_REMEDIATION, OBSERVE, true],
    ['one that is over, without a plan', incident('Resolved'), NO_REMEDIATION, OBSERVE, false],
    ['one that is over, with a plan: it is withdrawn', incident('Resolved'), proposed({}), OBSERVE, true],
    ['a plan that is only observed', OPEN, proposed({ mode: 'Observe' }), OBSERVE, false],
    [
      'the same once the policy lets a program do something',
      OPEN,
      proposed({ mode: 'Observe' }),
      LABELS_ONLY,
      true,
    ],
    ['a plan that waits for an approval', OPEN, proposed({ mode: 'Approve' }), APPROVE, false],
    [
      'the same once the policy says something else of it',
      OPEN,
      proposed({ mode: 'Approve' }),
      LABELS_ONLY,
      true,
    ],
    ['the same once it is approved', OPEN, proposed({ mode: 'Approve', approval: APPROVAL }), APPROVE, true],
    ['a plan for another revision', OPEN, proposed({ mode: 'Observe', revision: 2 }), OBSERVE, true],
    ['a plan for another episode', OPEN, proposed({ mode: 'Observe', episode: 9 }), OBSERVE, true],
    [
      'a plan that needs no approval: gates open by themselves',
      OPEN,
      proposed({ mode: 'Auto' }),
      LABELS_ONLY,
      true,
    ],
    ['one that is being written', incident('Resolved'), running({ phase: 'Writing' }), OBSERVE, true],
    ['one that is being taken back', incident('Resolved'), running({ phase: 'Reverting' }), OBSERVE, true],
  ] as const)('%s', (_, known, remediation, policy, expected) => {
    expect(isToBeLookedAt({ incident: known, remediation, isApproved: false }, policy)).toBe(expected);
  });

  it('an approval that came in, good or not', () => {
    const noticed = { incident: OPEN, remediation: proposed({ mode: 'Approve' }), isApproved: true };
    expect(isToBeLookedAt(noticed, APPROVE)).toBe(true);
  });
});

describe('which nodes are looked at with a tick', () => {
  const NOW = at('2026-08-22T10:10:00Z');
  const open = (node: string, minutes: number, remediation = remediationOf({})) => ({
    incident: incident('Open', { node, openedAt: epochMs(NOW - minutes * 60_000) }),
    remediation,
    isApproved: false,
  });

  it('all that are open while there is no storm', () => {
    expect(nodesToLookAt([open('node01', 1)], OBSERVE, NOW)).toEqual(['node01']);
  });

  it('in a storm the one that was opened first, also while its plan waits, and what is under way', () => {
    const records = [
      open('node03', 1),
      open('node02', 9, proposed({ mode: 'Observe' })),
      open('node01', 2, running({ phase: 'Verifying' })),
      open('node04', 1),
    ];
    expect(nodesToLookAt(records, { ...OBSERVE, stormCooldownMs: durationMs(0) }, NOW)).toEqual([
      'node02',
      'node01',
    ]);
  });
});
