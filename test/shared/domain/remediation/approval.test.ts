import { describe, expect, it } from 'vitest';
import {
  type ApprovalRequest,
  annotatedApproval,
  approvalOf,
  isApproval,
  type RequestContext,
} from '../../../../shared/domain/remediation/approval.ts';
import { durationMs } from '../../../../shared/domain/units.ts';
import { at, incident } from '../../../support/incidents.ts';
import { aRun, LABEL_PLAN } from '../../../support/remediation.ts';

const NOW = at('2026-08-22T10:14:00Z');
const REQUEST: ApprovalRequest = {
  source: '/change-management',
  node: 'node02',
  uid: 'uid-record',
  episode: 1,
  revision: 3,
  planId: LABEL_PLAN.id,
  by: 'ada',
  at: at('2026-08-22T10:10:00Z'),
};
const CONTEXT: RequestContext = {
  policy: { approvers: ['/change-management'], approvalMs: durationMs(900_000) },
  now: NOW,
  token: 'none',
  uid: 'uid-record',
  incident: incident('Open'),
  run: aRun(),
};
const refusedToken = (code: 'EXPIRED' | 'WRONG_CLUSTER' | 'BAD_SIGNATURE' | 'MALFORMED') => ({
  refused: { code, message: 'Why.' },
});

interface Case {
  readonly what: string;
  readonly request?: Partial<ApprovalRequest>;
  readonly context?: Partial<RequestContext>;
  readonly expected: string;
}
const NOBODY = { source: '/somebody' };
const CASES: readonly Case[] = [
  { what: 'from a sender that is believed', expected: 'ada at 10:10:00' },
  { what: 'from anybody', request: NOBODY, expected: 'NotAllowed' },
  {
    what: 'from a sender whose name begins so',
    request: { source: '/change-management/2' },
    expected: 'NotAllowed',
  },
  {
    what: 'from anybody with a token',
    request: NOBODY,
    context: { token: 'valid' },
    expected: 'ada at 10:10:00',
  },
  { what: 'with a token that has expired', context: { token: refusedToken('EXPIRED') }, expected: 'Expired' },
  {
    what: 'with a token of another cluster',
    context: { token: refusedToken('WRONG_CLUSTER') },
    expected: 'AnotherCluster',
  },
  {
    what: 'with a forged token, from a sender that is believed',
    context: { token: refusedToken('BAD_SIGNATURE') },
    expected: 'NotAllowed',
  },
  { what: 'with half a token', context: { token: refusedToken('MALFORMED') }, expected: 'NotAllowed' },
  { what: 'for another node', request: { node: 'node03' }, expected: 'AnotherIncident' },
  { what: 'for another record', request: { uid: 'uid-before' }, expected: 'AnotherIncident' },
  { what: 'for another episode', request: { episode: 2 }, expected: 'AnotherIncident' },
  { what: 'for no incident', context: { incident: undefined }, expected: 'AnotherIncident' },
  { what: 'when nothing is proposed', context: { run: undefined }, expected: 'NothingToApprove' },
  {
    what: 'when it is carried out already',
    context: { run: aRun({ phase: 'Writing' }) },
    expected: 'NothingToApprove',
  },
  {
    what: 'when it is only observed',
    context: { run: aRun({ mode: 'Observe' }) },
    expected: 'NothingToApprove',
  },
  { what: 'when nobody has to', context: { run: aRun({ mode: 'Auto' }) }, expected: 'NothingToApprove' },
  { what: 'for an older revision', request: { revision: 2 }, expected: 'WrongRevision' },
  { what: 'for a newer revision', request: { revision: 4 }, expected: 'WrongRevision' },
  {
    what: 'for the revision of a plan whose incident has changed',
    context: { incident: incident('Open', { revision: 4 }) },
    expected: 'WrongRevision',
  },
  {
    what: 'for the incident, when the plan is for an older state of it',
    request: { revision: 4 },
    context: { incident: incident('Open', { revision: 4 }) },
    expected: 'WrongRevision',
  },
  {
    what: 'for a plan of an earlier episode',
    context: { run: aRun({ episode: 2 }) },
    expected: 'WrongRevision',
  },
  { what: 'for another plan', request: { planId: 'fedcba9876543210' }, expected: 'WrongPlan' },
  { what: 'given before the proposal', request: { at: at('2026-08-22T09:59:59Z') }, expected: 'Expired' },
  {
    what: 'given in the second of the proposal',
    request: { at: at('2026-08-22T10:00:00Z') },
    expected: 'ada at 10:00:00',
  },
  { what: 'too old', context: { now: at('2026-08-22T10:25:00Z') }, expected: 'Expired' },
  {
    what: 'hardly young enough',
    context: { now: at('2026-08-22T10:24:59.999Z') },
    expected: 'ada at 10:10:00',
  },
  {
    what: 'by a clock that is a minute ahead: it grows old as if it was given now',
    request: { at: at('2026-08-22T10:15:00Z') },
    expected: 'ada at 10:14:00',
  },
  {
    what: 'from the future: it would never grow old',
    request: { at: at('2026-08-22T10:15:00.001Z') },
    expected: 'Expired',
  },
];

describe('an approval that came as an event', () => {
  it.each(CASES)('$what: $expected', ({ request, context, expected }) => {
    const answer = approvalOf({ ...REQUEST, ...request }, { ...CONTEXT, ...context });
    const shown = isApproval(answer)
      ? `${answer.by} at ${new Date(answer.at).toISOString().slice(11, 19)}`
      : answer.code;
    expect(shown).toBe(expected);
    if (!isApproval(answer)) expect(answer.message).toMatch(/\.$/);
  });

  it('is bound to the revision and the plan', () => {
    expect(approvalOf(REQUEST, CONTEXT)).toEqual({
      by: 'ada',
      at: REQUEST.at,
      revision: 3,
      planId: LABEL_PLAN.id,
    });
  });
});

describe("the approval of a record's annotation", () => {
  const approval = { by: 'kubectl', at: at('2026-08-22T10:10:00Z'), revision: 3, planId: undefined };

  it.each([
    ['of the revision', {}, {}, 'kubectl'],
    ['in the second of the proposal', { at: at('2026-08-22T10:00:00Z') }, {}, 'kubectl'],
    ['before the proposal', { at: at('2026-08-22T09:59:59Z') }, {}, 'Expired'],
    ['too old', {}, { now: at('2026-08-22T10:25:00Z') }, 'Expired'],
    ['of another revision', { revision: 2 }, {}, 'WrongRevision'],
    ['with nothing to approve', {}, { run: undefined }, 'NothingToApprove'],
  ])('%s is judged so', (_, parts, context, expected) => {
    const answer = annotatedApproval({ ...approval, ...parts }, { ...CONTEXT, ...context });
    expect(isApproval(answer) ? answer.by : answer.code).toBe(expected);
  });
});
