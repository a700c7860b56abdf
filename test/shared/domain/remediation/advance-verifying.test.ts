import { describe, expect, it } from 'vitest';
import type { ChangeState } from '../../../../shared/domain/mitigations/cluster-change.ts';
import { advance } from '../../../../shared/domain/remediation/advance.ts';
import { changeKey } from '../../../../shared/domain/remediation/history.ts';
import type { Look } from '../../../../shared/domain/remediation/look.ts';
import { durationMs, epochMs } from '../../../../shared/domain/units.ts';
import { inWords, KEPT, lookAt, MADE, NOW, running, TWO_STEPS } from '../../../support/remediation-looks.ts';

const stateOfFirst = (state: ChangeState) => new Map([[changeKey(1, 0), state]]);
const THERE = stateOfFirst('made');
const AWAY = stateOfFirst('absent');
const VERIFYING = running({ phase: 'Verifying', step: 1, written: MADE }, { changes: [KEPT] });
const DONE = { missing: [], failure: undefined };

const CASES: readonly (readonly [string, Look, string])[] = [
  ['verification waits for what is missing', lookAt({ remediation: VERIFYING }), 'rest'],
  [
    'a label is a success at once',
    lookAt({
      remediation: VERIFYING,
      signs: DONE,
    }),
    'Succeeded Recovered | succeeded | release | remembers 1, contests 0',
  ],
  [
    'a placement has to hold',
    lookAt({
      remediation: running({ phase: 'Verifying', plan: TWO_STEPS, step: 2, written: MADE }),
      signs: DONE,
    }),
    'Verifying 2 | - | keep | remembers 0, contests 0',
  ],
  [
    'a placement that has held for 12 s is a success',
    lookAt({
      remediation: running({
        phase: 'Verifying',
        plan: TWO_STEPS,
        step: 2,
        written: MADE,
        successSince: epochMs(NOW - durationMs(12_000)),
      }),
      signs: DONE,
    }),
    'Succeeded Recovered | succeeded | release | remembers 0, contests 0',
  ],
  [
    'what somebody takes back is written once more',
    lookAt({
      remediation: VERIFYING,
      changeStates: AWAY,
    }),
    'Writing 0 | - | keep | remembers 1, contests 1',
  ],
  [
    'what somebody takes back twice is left to people',
    lookAt({
      remediation: running(
        { phase: 'Verifying', step: 1, written: MADE },
        { changes: [KEPT], contests: [{ at: NOW, afterMs: durationMs(5), what: 'Node node02' }] },
      ),
      changeStates: AWAY,
    }),
    'Reverting 1 | - | keep | remembers 1, contests 2',
  ],
  [
    'a sign of failure has it taken back',
    lookAt({
      remediation: VERIFYING,
      signs: { missing: ['x'], failure: { code: 'TimedOut', message: 'Not done within 180 s.' } },
    }),
    'Reverting 1 | - | keep | remembers 1, contests 0',
  ],
  [
    'what is still there is taken out',
    lookAt({
      remediation: running({ phase: 'Reverting', written: MADE }, { changes: [KEPT] }),
      changeStates: THERE,
    }),
    'revert 0',
  ],
  [
    'what would harm others is not, and stays remembered',
    lookAt({
      remediation: running({ phase: 'Reverting', written: MADE }, { changes: [KEPT] }),
      changeStates: THERE,
      revertHarms: () => ['node03 would lose its virt-handler.'],
    }),
    'Failed Failed | failed | release | remembers 1, contests 0',
  ],
  [
    'what is out is forgotten',
    lookAt({
      remediation: running({ phase: 'Reverting', written: MADE }, { changes: [KEPT] }),
      changeStates: AWAY,
    }),
    'Reverting 0 | - | keep | remembers 0, contests 0',
  ],
  [
    'when nothing is left the plan has failed',
    lookAt({
      remediation: running({
        phase: 'Reverting',
        written: MADE,
        failure: { code: 'TimedOut', message: 'Not done.' },
      }),
    }),
    'Failed TimedOut | failed | release | remembers 0, contests 0',
  ],
];

describe('what follows when all steps are written', () => {
  it.each(CASES)('%s', (_, look, expected) => {
    expect(inWords(advance(look))).toBe(expected);
  });

  it('says why it was not taken back', () => {
    const next = advance(
      lookAt({
        remediation: running(
          { phase: 'Reverting', failure: { code: 'TimedOut', message: 'Not done.' } },
          { changes: [KEPT] },
        ),
        changeStates: THERE,
        revertHarms: () => ['node03 would lose its virt-handler.'],
      }),
    );
    expect(next).toMatchObject({
      remediation: {
        attempts: [
          {
            isReverted: false,
            reason: { message: 'Not done. It was not taken back: node03 would lose its virt-handler.' },
          },
        ],
      },
    });
  });
});
