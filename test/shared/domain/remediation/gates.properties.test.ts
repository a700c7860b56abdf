import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../../shared/domain/objects.ts';
import { closedGates, GATE_CODES } from '../../../../shared/domain/remediation/gate.ts';
import type { GateInput } from '../../../../shared/domain/remediation/gates/gate-input.ts';
import { evaluateGates } from '../../../../shared/domain/remediation/gates.ts';
import { REMEDIATION_MODES } from '../../../../shared/domain/remediation/remediation-policy.ts';
import { arbitraryIncident, arbitraryTime } from '../../../support/arbitrary-incident.ts';
import { gateInput, POLICY, situationOf, summaryOf } from '../../../support/gates.ts';
import { aPlan, aStep, attempt, PLACEMENT_STEP, RESTART_STEP } from '../../../support/plans.ts';

const unreadable = { unreadable: 'forbidden' };
const readable = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(
    value.map((it) => ({ value: it })),
    fc.constant(unreadable),
  );
const hold = fc.option(
  fc.record({ holder: fc.string(), until: fc.option(arbitraryTime, { nil: undefined }) }),
  { nil: undefined },
);
const summary = fc
  .tuple(arbitraryIncident, fc.array(fc.integer({ min: -9_000, max: 90_000 }), { maxLength: 5 }))
  .map(([incident, ends]) => summaryOf(incident, { attempts: ends.map((it) => attempt(it)) }));
const situation = fc
  .record({
    unread: fc.subarray([...KINDS]),
    now: arbitraryTime,
    incidents: readable(fc.array(summary, { maxLength: 4 })),
    interlocks: fc.record({
      ownLock: readable(hold),
      nodeLease: readable(hold),
      maintenances: readable(fc.array(fc.string())),
      migrations: readable(
        fc.array(
          fc.record({
            namespace: fc.string(),
            name: fc.string(),
            sourceNode: fc.string(),
            targetNode: fc.string(),
          }),
          { maxLength: 3 },
        ),
      ),
      platformUpdate: readable(fc.option(fc.string(), { nil: undefined })),
    }),
  })
  .map(({ unread, ...more }) => situationOf({ unread }, more));
const input = fc
  .record({
    situation,
    summary,
    plan: fc.constantFrom(
      aPlan(),
      aPlan(PLACEMENT_STEP),
      aPlan(RESTART_STEP),
      aPlan(aStep({ change: undefined })),
    ),
    mode: fc.constantFrom(...REMEDIATION_MODES),
    nodes: fc.nat({ max: 5 }),
    harms: fc.array(fc.string({ unit: 'binary', maxLength: 700 }), { maxLength: 2 }),
    ownerObjections: fc.array(fc.string(), { maxLength: 2 }),
    approval: fc.option(
      fc.record({ by: fc.string(), at: arbitraryTime, revision: fc.nat(), planId: fc.constant(undefined) }),
      { nil: undefined },
    ),
  })
  .map(({ mode, nodes, ...parts }) =>
    gateInput({ ...parts, policy: { ...POLICY, mode, budget: { nodes, percent: 100 } } }),
  );

describe('the gates of anything', () => {
  it('are each there once, in their order, with one line of what was seen', () => {
    fc.assert(
      fc.property(input, (it) => {
        const gates = evaluateGates(it);
        expect(gates.map(({ code }) => code)).toEqual([...GATE_CODES]);
        for (const { message } of gates) expect(message).toMatch(/^[^\n]{1,500}$/u);
      }),
    );
  });

  it('are closed by what cannot be read, by a budget of nothing and by the mode Observe', () => {
    const mustBeClosed = ({ situation: { incidents, interlocks }, policy, harms }: GateInput) =>
      [
        ['WithinBudget', 'unreadable' in incidents || policy.budget.nodes === 0],
        ['NoStorm', 'unreadable' in incidents],
        ['OneAtATime', 'unreadable' in interlocks.ownLock],
        [
          'NoOtherRemediator',
          'unreadable' in interlocks.nodeLease || 'unreadable' in interlocks.maintenances,
        ],
        ['KubeVirtSettled', 'unreadable' in interlocks.platformUpdate],
        ['Approved', policy.mode === 'Observe'],
        ['HarmsNobody', harms.length > 0],
      ].flatMap(([code, isClosed]) => (isClosed === true ? [code] : []));
    fc.assert(
      fc.property(input, (it) => {
        expect(closedGates(evaluateGates(it))).toEqual(expect.arrayContaining(mustBeClosed(it)));
      }),
    );
  });
});
