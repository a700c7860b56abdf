import { describe, expect, it } from 'vitest';
import type { GateCode } from '../../shared/domain/remediation/gate.ts';
import type { GateInput } from '../../shared/domain/remediation/gates/gate-input.ts';
import { evaluateGates } from '../../shared/domain/remediation/gates.ts';
import { createTimeZone } from '../../shared/domain/time/time-zone.ts';
import { durationMs } from '../../shared/domain/units.ts';
import { CONDITIONS, gateInput, interlocked, openOf, POLICY, situationOf, summaryOf } from './gates.ts';
import { ago, aPlan, attempt, PLACEMENT_STEP, RESTART_STEP } from './plans.ts';
export const UNREADABLE = { unreadable: 'it is forbidden.' };
export const policy = (parts: Partial<GateInput['policy']>) => ({ policy: { ...POLICY, ...parts } });
export const incident = (parts: Parameters<typeof openOf>[1]) => ({
  summary: summaryOf(openOf('node02', parts)),
});
export const remembered = (parts: Parameters<typeof summaryOf>[1]) => ({
  summary: summaryOf(openOf('node02'), parts),
});
export const others = (...incidents: readonly ReturnType<typeof summaryOf>[]) => ({
  situation: situationOf({}, { incidents: { value: incidents } }),
});
export const hold = (holder: string, until?: ReturnType<typeof ago>) => ({ value: { holder, until } });
export const labelled = (labels: Record<string, string>) => ({
  situation: situationOf({ node: { metadata: { labels } } }),
});
export const unread = (...kinds: readonly ('Node' | 'Pod' | 'DaemonSet' | 'KubeVirt')[]) => ({
  situation: situationOf({ unread: kinds }),
});
export const approval = (parts: object) => ({
  ...policy({ mode: 'Approve' }),
  approval: { by: 'ada', at: ago(60), revision: 3, planId: undefined, ...parts },
});
export const utc = createTimeZone('UTC') ?? { name: 'UTC', offsetAt: () => 0 };
export const window = (fromHour: number, toHour: number) =>
  policy({
    maintenanceWindows: [
      {
        name: 'morning',
        timeZone: utc,
        weekdays: ['sat'],
        fromMs: fromHour * 3_600_000,
        toMs: toHour * 3_600_000,
        dates: undefined,
      },
    ],
  });
export const migration = (sourceNode: string, targetNode: string) => ({
  situation: interlocked({
    migrations: { value: [{ namespace: 'shop', name: 'm1', sourceNode, targetNode }] },
  }),
});
export const label = { plan: aPlan() };
export const placement = { plan: aPlan(PLACEMENT_STEP) };
export const restart = { plan: aPlan(RESTART_STEP) };
export const failed = (...secondsAgo: readonly number[]) =>
  remembered({ attempts: secondsAgo.map((it) => attempt(it)) });
export const contest = (seconds: number) => ({
  at: ago(seconds),
  afterMs: durationMs(9_000),
  what: 'zone was removed',
});
export const condition = (type: string, status: string) => ({
  conditions: [
    ...CONDITIONS.filter((it) => it.type !== type),
    { type, status, reason: 'DeploymentInProgress' },
  ],
});

export type GateRow = readonly [code: GateCode, seen: RegExp, input: Partial<GateInput>];

/** What is seen with a gate, by rows of its code, a part of its message, and what is other than usual. */
export function describeGates(name: string, open: readonly GateRow[], closed: readonly GateRow[]): void {
  const gateOf = (code: GateCode, input: Partial<GateInput>) =>
    evaluateGates(gateInput(input)).find((gate) => gate.code === code);
  describe(name, () => {
    it.each(open)('%s is open, and says %s', (code, seen, input) => {
      expect(gateOf(code, input)).toMatchObject({ open: true, message: expect.stringMatching(seen) });
    });
    it.each(closed)('%s is closed, and says %s', (code, seen, input) => {
      expect(gateOf(code, input)).toMatchObject({ open: false, message: expect.stringMatching(seen) });
    });
  });
}
