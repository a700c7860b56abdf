import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetOf, eligibleNodes } from '../../../../shared/domain/remediation/budget.ts';
import { modeOf } from '../../../../shared/domain/remediation/modes.ts';
import { type Storm, stormOf } from '../../../../shared/domain/remediation/storm.ts';
import { durationMs, epochMs } from '../../../../shared/domain/units.ts';
import { openOf, POLICY, situationOf, summaryOf } from '../../../support/gates.ts';
import { aPlan, aStep, PLACEMENT_STEP } from '../../../support/plans.ts';

describe('the budget', () => {
  it.each([
    [{ nodes: 5, percent: 10 }, 100, 5],
    [{ nodes: 50, percent: 7 }, 100, 7],
    [{ nodes: 5, percent: 1 }, 3, 1],
    [{ nodes: 0, percent: 100 }, 100, 0],
    [{ nodes: 5, percent: 0 }, 100, 0],
    [{ nodes: 5, percent: 10 }, 0, 0],
    [{ nodes: Number.NaN, percent: 10 }, 100, 0],
    [{ nodes: -1, percent: 10 }, 100, 0],
  ])('of %j is, with %i nodes, %i', (budget, eligible, nodes) => {
    expect(budgetOf(budget, eligible)).toBe(nodes);
  });

  it('never shrinks when either bound or the cluster grows, and is never above either', () => {
    const size = fc.nat({ max: 5_000 });
    fc.assert(
      fc.property(size, fc.nat({ max: 100 }), size, size, (nodes, percent, eligible, more) => {
        const budget = budgetOf({ nodes, percent }, eligible);
        expect(budget).toBeLessThanOrEqual(Math.min(nodes, eligible));
        expect(budgetOf({ nodes: nodes + more, percent }, eligible)).toBeGreaterThanOrEqual(budget);
        expect(budgetOf({ nodes, percent }, eligible + more)).toBeGreaterThanOrEqual(budget);
        expect(budgetOf({ nodes, percent: Math.min(100, percent + more) }, eligible)).toBeGreaterThanOrEqual(
          budget,
        );
      }),
    );
  });

  it('is of the nodes that should have a virt-handler: by the template, or because they are orphaned', () => {
    expect(eligibleNodes(situationOf())).toEqual({ value: ['node01', 'node02', 'node03', 'node04'] });
  });

  it('cannot be told without the DaemonSet or the nodes', () => {
    for (const kind of ['DaemonSet', 'Node', 'Pod', 'VirtualMachineInstance'] as const)
      expect(eligibleNodes(situationOf({ unread: [kind] }))).toEqual({ unreadable: `${kind} was not read.` });
  });
});

describe('the mode', () => {
  const labelAndPlacement = aPlan(aStep(), PLACEMENT_STEP);
  it.each([
    [aPlan(), {}, 'Auto'],
    [aPlan(), { mode: 'Observe' }, 'Observe'],
    [aPlan(), { mode: 'Observe', stepModes: { LabelNode: 'Auto' } }, 'Observe'],
    [
      aPlan(),
      { mode: 'Observe', stepModes: { LabelNode: 'Auto' }, causeModes: { NodeSelectorMismatch: 'Approve' } },
      'Approve',
    ],
    [labelAndPlacement, { stepModes: { AddPlacementToleration: 'Approve' } }, 'Approve'],
    [aPlan(), { stepModes: { AddPlacementToleration: 'Approve' } }, 'Auto'],
    [aPlan(aStep({ code: 'FixImage' })), {}, 'Observe'],
  ] as const)('is the least of what is said of steps and cause: %#', (plan, policy, mode) => {
    expect(modeOf(plan, { ...POLICY, ...policy })).toBe(mode);
  });
});

const COOLDOWN = durationMs(100);
const record = (from: number, to?: number) =>
  summaryOf(
    openOf('n', {
      state: to === undefined ? 'Open' : 'Resolved',
      openedAt: epochMs(from),
      resolvedAt: to === undefined ? undefined : epochMs(to),
    }),
  );
const storm = (records: readonly ReturnType<typeof record>[], now: number, budget = 1): Storm | undefined =>
  stormOf(records, budget, COOLDOWN, epochMs(now));

describe('a storm', () => {
  it.each<readonly [string, readonly ReturnType<typeof record>[], number, Storm | undefined]>([
    ['is none within the budget', [record(10)], 50, undefined],
    [
      'is on while more are open',
      [record(10), record(20)],
      50,
      { since: epochMs(20), until: undefined, open: 2, peak: 2 },
    ],
    [
      'is on until the cooldown is over',
      [record(10), record(20, 60)],
      159,
      { since: epochMs(20), until: epochMs(160), open: 1, peak: 2 },
    ],
    ['ends then', [record(10), record(20, 60)], 160, undefined],
    [
      'goes on when it was calm for less than the cooldown',
      [record(10), record(20, 60), record(159)],
      170,
      { since: epochMs(20), until: undefined, open: 2, peak: 2 },
    ],
    [
      'is another one after the cooldown',
      [record(10), record(20, 60), record(160)],
      170,
      { since: epochMs(160), until: undefined, open: 2, peak: 2 },
    ],
    ['is none when one follows the other', [record(10, 20), record(20)], 50, undefined],
    [
      'is seen with clocks that are ahead',
      [record(90), record(95, 99)],
      50,
      { since: epochMs(50), until: undefined, open: 2, peak: 2 },
    ],
  ])('%s', (_, records, now, expected) => {
    expect(storm(records, now)).toEqual(expected);
  });

  it('counts neither who is at risk nor who is suspected', () => {
    const suspected = summaryOf(openOf('n', { state: 'Suspected', openedAt: undefined }));
    const atRisk = summaryOf(openOf('n', { state: 'AtRisk', openedAt: undefined }));
    expect(storm([suspected, atRisk, record(10)], 50)).toBeUndefined();
  });

  it('never ends before the cooldown, and never lasts longer', () => {
    const time = fc.nat({ max: 300 });
    const records = fc.array(fc.tuple(time, fc.option(fc.integer({ min: 1, max: 200 }))), { maxLength: 8 });
    fc.assert(
      fc.property(records, fc.integer({ min: 0, max: 4 }), time, (times, budget, now) => {
        const known = times
          .filter(([from]) => from <= now)
          .map(([from, length]) =>
            record(from, length === null || from + length > now ? undefined : from + length),
          );
        const openAt = (at: number) =>
          known.filter(
            ({ incident: { openedAt = epochMs(0), resolvedAt } }) =>
              openedAt <= at && (resolvedAt === undefined || at < resolvedAt),
          ).length;
        // The last moment before an end is less than a second before it: seconds are the smallest here.
        const moments = Array.from({ length: COOLDOWN + 1 }, (_, back) => now - back);
        expect(storm(known, now, budget) !== undefined).toBe(moments.some((at) => openAt(at) > budget));
      }),
    );
  });
});
