import { expect, it } from 'vitest';
import { GATE_CODES } from '../../../shared/domain/remediation/gate.ts';
import { remediationEvent } from '../../../shared/events/remediation-events.ts';
import { at, incident } from '../../support/incidents.ts';
import { aRun, LABEL_PLAN } from '../../support/remediation.ts';

const TOLD = {
  incident: incident('Open'),
  uid: '00000000-0000-4000-8000-000000000001',
  at: at('2026-08-22T10:10:00Z'),
  clusterName: 'test',
  traceparent: undefined,
};

/** So many nodes with names of 60 characters. */
const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `node-${index}`.padEnd(60, 'x'));

it('an event about a placement of 5,000 nodes has less than 64 KiB, and names the first of them', () => {
  const [step] = LABEL_PLAN.steps;
  if (step === undefined) throw new RangeError('the plan has no step');
  const effects = { handlersGained: names(5_000), handlersLost: names(3), restartsEveryHandler: true };
  const gates = GATE_CODES.map((code) => ({ code, open: false, message: 'm'.repeat(500) }));
  const run = aRun({ plan: { ...LABEL_PLAN, steps: [{ ...step, effects }] }, gates });
  const event = remediationEvent({ stage: 'proposed', run, reason: undefined }, TOLD);
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(64 * 1_024);
  const [told] = event.data.plan.steps;
  expect(told?.handlersLost).toEqual(names(3));
  expect(told?.handlersGained).toEqual(names(told?.handlersGained.length ?? 0));
  expect(told?.handlersGained.length).toBeGreaterThan(300);
});
