import { describe, expect, it } from 'vitest';
import { type Delivery, newDelivery, type Told } from '../../../../shared/domain/notifications/delivery.ts';
import {
  type Intent,
  nextIntent,
  type Routed,
  type Subject,
  type Telling,
} from '../../../../shared/domain/notifications/next-intent.ts';
import { durationMs, epochMs } from '../../../../shared/domain/units.ts';
import { at } from '../../../support/incidents.ts';
import { anAttempt, aRun } from '../../../support/remediation.ts';

const NOW = at('2026-08-22T10:30:00Z');
const ago = (seconds: number) => epochMs(NOW - seconds * 1_000);
const open: Subject = {
  state: 'Open',
  severity: 'warning',
  revision: 3,
  nodes: 1,
  isDue: true,
  remediation: undefined,
  resolvedAt: undefined,
};
const over = (seconds = 600): Subject => ({
  ...open,
  state: 'Resolved',
  revision: 4,
  resolvedAt: ago(seconds),
});
const heard = (parts: Partial<Told> = {}, more: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery('ops', 1),
  told: { state: 'Open', severity: 'warning', revision: 3, nodes: 1, openings: 1, at: ago(600), ...parts },
  ...more,
});
const heardOver = (at: number) => heard({ state: 'Resolved', revision: 4, at: ago(at) });

const WAITING: Partial<Subject> = { remediation: { kind: 'Waiting', of: aRun() } };
const RUNNING: Partial<Subject> = { remediation: { kind: 'Running', of: aRun({ phase: 'Verifying' }) } };
const FAILED: Partial<Subject> = { remediation: { kind: 'Failed', of: anAttempt() } };

interface Case {
  readonly what: string;
  readonly subject?: Partial<Subject>;
  readonly delivery?: Delivery;
  readonly telling?: Partial<Telling>;
  readonly routed?: Partial<Routed>;
  readonly expected: Intent | undefined;
}

const REMINDED = { keepAliveMs: durationMs(60_000) };
const REVISIONS = { tellsRevisions: true };

const CASES: readonly Case[] = [
  { what: 'nothing was told and it is open', expected: 'open' },
  {
    what: 'nothing was told and its diagnosis is waited for',
    subject: { isDue: false },
    expected: undefined,
  },
  { what: 'nothing was told and it is not routed here', routed: { isTold: false }, expected: undefined },
  { what: 'nothing was told and it is over', subject: over(), expected: undefined },
  {
    what: 'only a failure is known',
    delivery: { ...newDelivery('ops', 1), failure: failedAgo(1) },
    expected: 'open',
  },
  {
    what: 'the other side asked for a pause',
    delivery: heard({ revision: 1 }, { failure: failedAgo(1, 30) }),
    telling: REVISIONS,
    expected: undefined,
  },
  {
    what: 'that pause is over',
    delivery: heard({ revision: 1 }, { failure: failedAgo(60, -1) }),
    telling: REVISIONS,
    expected: 'update',
  },
  {
    what: 'somebody is telling it',
    delivery: { ...newDelivery('ops', 1), claimedUntil: epochMs(NOW + 1) },
    expected: undefined,
  },
  {
    what: 'whoever was telling it has died',
    delivery: { ...newDelivery('ops', 1), claimedUntil: NOW },
    expected: 'open',
  },
  { what: 'it was told, and nothing changed', delivery: heard(), expected: undefined },
  {
    what: 'a new revision, told in place',
    delivery: heard({ revision: 2 }),
    telling: REVISIONS,
    expected: 'update',
  },
  { what: 'a new revision, not told there', delivery: heard({ revision: 2 }), expected: undefined },
  {
    what: 'a new revision while muted',
    delivery: heard({ revision: 2 }),
    telling: REVISIONS,
    routed: { isTold: false },
    expected: undefined,
  },
  {
    what: 'a warning became an incident',
    delivery: heard({ state: 'AtRisk', severity: 'info', revision: 2 }),
    expected: 'update',
  },
  { what: 'it became more severe', subject: { severity: 'critical' }, delivery: heard(), expected: 'update' },
  { what: 'it became less severe', delivery: heard({ severity: 'critical' }), expected: undefined },
  { what: 'a storm grew by half', subject: { nodes: 9 }, delivery: heard({ nodes: 6 }), expected: undefined },
  { what: 'a storm doubled', subject: { nodes: 12 }, delivery: heard({ nodes: 6 }), expected: 'update' },
  {
    what: 'the repeat interval is over',
    delivery: heard(),
    routed: { repeatMs: durationMs(600_000) },
    expected: 'repeat',
  },
  {
    what: 'the repeat interval is not over',
    delivery: heard(),
    routed: { repeatMs: durationMs(600_001) },
    expected: undefined,
  },
  {
    what: 'the repeat interval of a mere warning',
    subject: { state: 'AtRisk' },
    delivery: heard({ state: 'AtRisk' }),
    routed: { repeatMs: durationMs(1) },
    expected: undefined,
  },
  {
    what: 'a repeat while muted',
    delivery: heard(),
    routed: { isTold: false, repeatMs: durationMs(1) },
    expected: undefined,
  },
  { what: 'a reminder is due', delivery: heard({ at: ago(60) }), telling: REMINDED, expected: 'repeat' },
  {
    what: 'a reminder is due while muted: else it would look over',
    delivery: heard(),
    telling: REMINDED,
    routed: { isTold: false },
    expected: 'repeat',
  },
  { what: 'a reminder is not due', delivery: heard({ at: ago(59) }), telling: REMINDED, expected: undefined },
  { what: 'it is over', subject: over(0), delivery: heard(), expected: 'resolve' },
  {
    what: 'it is over and not routed here any more',
    subject: over(0),
    delivery: heard(),
    routed: { isTold: false },
    expected: 'resolve',
  },
  {
    what: 'it is over for the second time, just now',
    subject: over(299),
    delivery: heard({ openings: 2 }),
    expected: undefined,
  },
  {
    what: 'it is over for the second time, for a while',
    subject: over(300),
    delivery: heard({ openings: 2 }),
    expected: 'resolve',
  },
  {
    what: 'it came back before its second end was told',
    delivery: heard({ openings: 2 }),
    expected: undefined,
  },
  { what: 'its end was told', subject: over(), delivery: heardOver(600), expected: undefined },
  {
    what: 'its end is reminded of',
    subject: over(120),
    delivery: heardOver(60),
    telling: REMINDED,
    expected: 'repeat',
  },
  {
    what: 'its end was reminded of long enough',
    subject: over(300),
    delivery: heardOver(60),
    telling: REMINDED,
    expected: undefined,
  },
  { what: 'a plan waits for approval', subject: WAITING, delivery: heard(), expected: 'update' },
  {
    what: 'a plan waits for approval, which is known',
    subject: WAITING,
    delivery: heard({ remediation: 'Waiting 1' }),
    expected: undefined,
  },
  {
    what: 'the second plan waits for approval',
    subject: { remediation: { kind: 'Waiting', of: aRun({ number: 2 }) } },
    delivery: heard({ remediation: 'Waiting 1' }),
    expected: 'update',
  },
  {
    what: 'a plan waits for approval while muted',
    subject: WAITING,
    delivery: heard(),
    routed: { isTold: false },
    expected: undefined,
  },
  {
    what: 'a plan waits for approval, where programs are told',
    subject: WAITING,
    delivery: heard(),
    telling: { ...REVISIONS, tellsRemediation: false },
    expected: undefined,
  },
  { what: 'a plan is carried out', subject: RUNNING, delivery: heard(), expected: undefined },
  {
    what: 'a plan is carried out, told in place',
    subject: RUNNING,
    delivery: heard(),
    telling: REVISIONS,
    expected: 'update',
  },
  {
    what: 'a plan waits no longer, told in place',
    delivery: heard({ remediation: 'Waiting 1' }),
    telling: REVISIONS,
    expected: 'update',
  },
  { what: 'a plan waits no longer', delivery: heard({ remediation: 'Waiting 1' }), expected: undefined },
  {
    what: 'its end was told, and then a plan failed',
    subject: { ...over(), ...FAILED },
    delivery: heardOver(600),
    expected: 'update',
  },
  {
    what: 'its end was told with the plan that failed',
    subject: { ...over(), ...FAILED },
    delivery: heard({ state: 'Resolved', revision: 4, remediation: 'Failed 1' }),
    telling: REVISIONS,
    expected: undefined,
  },
  {
    what: 'its end was told, and nothing waits any more',
    subject: over(),
    delivery: heard({ state: 'Resolved', revision: 4, remediation: 'Waiting 1' }),
    telling: REVISIONS,
    expected: undefined,
  },
  { what: 'it came back', delivery: heardOver(60), expected: 'open' },
  {
    what: 'it came back while muted',
    delivery: heardOver(60),
    routed: { isTold: false },
    expected: undefined,
  },
];

function failedAgo(seconds: number, pauseSeconds?: number): Delivery['failure'] {
  const notBefore = pauseSeconds === undefined ? undefined : ago(-pauseSeconds);
  return { code: 'CHANNEL_UNAVAILABLE', attempts: 3, revision: 3, at: ago(seconds), notBefore };
}

describe('what a channel is told next', () => {
  it.each(CASES)('when $what: $expected', ({ subject, delivery, telling, routed, expected }) => {
    const channel = {
      telling: {
        tellsRevisions: false,
        tellsRemediation: true,
        keepAliveMs: undefined,
        flapQuietMs: durationMs(300_000),
        ...telling,
      },
      routed: { isTold: true, repeatMs: durationMs(0), ...routed },
    };
    expect(nextIntent({ ...open, ...subject }, delivery, channel, NOW)).toBe(expected);
  });
});
