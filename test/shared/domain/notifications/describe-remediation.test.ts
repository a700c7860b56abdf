import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../../../shared/domain/notifications/compose-message.ts';
import { NO_REMEDIATION, type Remediation } from '../../../../shared/domain/remediation/remediation.ts';
import { at, incident } from '../../../support/incidents.ts';
import { anAttempt, aRun, remediationOf } from '../../../support/remediation.ts';

const APPROVAL = { url: 'https://ops.example/approve?token=t', until: at('2026-08-22T10:15:00Z') };

function told(remediation: Remediation, state: 'Open' | 'Resolved' = 'Open') {
  const context = {
    uid: 'u',
    clusterName: 'lab',
    namespace: 'ns',
    links: {},
    now: at('2026-08-22T10:05:00Z'),
  };
  const message = composeMessage(incident(state, { causes: [] }), {
    ...context,
    remediation,
    approval: APPROVAL,
  });
  const [news, links] = [message.remediation, message.links.map(({ label }) => label)];
  const facts = message.facts
    .filter(({ label }) => /Remediation|Approve/.test(label))
    .map(({ value }) => value);
  return { news, links, facts, text: message.sentences.join(' ') };
}

describe('what a message says of remediation', () => {
  it('is how to approve what waits, and until when', () => {
    expect(told(remediationOf({ run: aRun() }))).toEqual({
      news: { stage: 'Waiting 1', headline: 'Waits for approval: node02 (cluster lab)' },
      links: ['Runbook', 'Approve'],
      facts: ['Waiting', 'kubevirt-orphans approve node02 --revision 3'],
      text: 'What is done about it: nothing until somebody approves this plan. Label the node zone=a. To approve it, run the command, or follow the link until 2026-08-22T10:15:00Z. It is worthless once the incident changes. Why is not known yet.',
    });
  });

  const gates = [
    { code: 'Approved', open: false, message: 'Nobody approved it.' },
    { code: 'NotPaused', open: false, message: 'Paused.' },
    { code: 'NoStorm', open: true, message: 'Calm.' },
  ] as const;
  const done = remediationOf({
    attempts: [anAttempt({ outcome: 'Succeeded', reason: { code: 'Recovered', message: 'Ready.' } })],
  });
  const failed = remediationOf({ attempts: [anAttempt()] });
  const kept = { run: 1, step: 0, at: at('2026-08-22T10:01:00Z') } as Remediation['changes'][number];

  it.each<readonly [string, Remediation, string, RegExp]>([
    [
      'what else it waits for',
      remediationOf({ run: aRun({ gates }) }),
      'Waiting 1',
      /closed now: NotPaused\./,
    ],
    [
      'which gates are closed',
      remediationOf({ run: aRun({ mode: 'Auto', gates, refusedFor: ['NotPaused'] }) }),
      'Refused 1',
      /closed \(NotPaused\)\. Paused\. The plan: Label/,
    ],
    [
      'that it is carried out',
      remediationOf({ run: aRun({ phase: 'Writing' }) }),
      'Running 1',
      /being carried out\. Label/,
    ],
    [
      'who approved it',
      remediationOf({
        run: aRun({
          phase: 'Verifying',
          approval: { by: 'ada', at: APPROVAL.until, revision: 3, planId: undefined },
        }),
      }),
      'Running 1',
      /approved by ada\. Label/,
    ],
    [
      'that it is taken back',
      remediationOf({ run: aRun({ phase: 'Reverting', failure: { code: 'X', message: 'Too late.' } }) }),
      'Reverting 1',
      /taken back\. Too late\./,
    ],
    ['that it helped', done, 'Succeeded 1', /LabelNode brought virt-handler back\. Ready\./],
    [
      'that it did not, and who is needed',
      failed,
      'Failed 1',
      /without success; it was taken back\. virt-handler .* needs a person/,
    ],
    [
      'that what it wrote is there',
      { ...failed, changes: [kept] },
      'Failed 1',
      /what was changed is still there/,
    ],
    [
      'that another plan follows',
      { ...failed, run: aRun({ number: 2, mode: 'Auto' }) },
      'Failed 1',
      /Another plan follows/,
    ],
    [
      'what failed before',
      { ...failed, run: aRun({ number: 2 }) },
      'Waiting 2',
      /Without success before: LabelNode\. virt-handler was not Ready/,
    ],
  ])('is %s', (_, remediation, stage, text) => {
    const { news, text: said, links } = told(remediation);
    expect(news?.stage).toBe(stage);
    expect(said).toMatch(text);
    expect(links.includes('Approve')).toBe(stage.startsWith('Waiting'));
  });

  it.each<readonly [string, Remediation, 'Open' | 'Resolved']>([
    ['nothing was done', NO_REMEDIATION, 'Open'],
    [
      'a plan is only observed',
      remediationOf({ run: aRun({ mode: 'Observe', refusedFor: ['Approved'] }) }),
      'Open',
    ],
    ['a plan is about to begin', remediationOf({ run: aRun({ mode: 'Auto' }) }), 'Open'],
    ['a plan was withdrawn', remediationOf({ attempts: [anAttempt({ outcome: 'Withdrawn' })] }), 'Open'],
    [
      'it was another episode',
      remediationOf({ attempts: [anAttempt({ episode: 2 })], run: aRun({ episode: 2 }) }),
      'Open',
    ],
    ['a plan waits for what is over', remediationOf({ run: aRun() }), 'Resolved'],
  ])('is nothing when %s', (_, remediation, state) => {
    expect(told(remediation, state)).toMatchObject({ news: undefined, facts: [], links: ['Runbook'] });
  });

  it('is still what helped when it is over', () => {
    expect(told(done, 'Resolved').text).toContain('brought virt-handler back');
  });
});
