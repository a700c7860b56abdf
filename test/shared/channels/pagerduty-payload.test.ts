import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dedupKeyOf, pagerDutyEvent } from '../../../shared/channels/pagerduty-payload.ts';
import { type Incident, SEVERITIES } from '../../../shared/domain/incidents/incident.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';
import { arbitraryMessage } from '../../support/arbitrary-message.ts';
import { describeGoldens } from '../../support/golden.ts';
import { incident } from '../../support/incidents.ts';
import { noticeOf, notices } from '../../support/notices.ts';

describeGoldens('pagerduty', ({ message }) => pagerDutyEvent(message));

const messageOf = (name: string): Message => {
  const notice = notices()[name];
  return notice === undefined ? expect.fail(`there is no notice ${name}`) : notice.message;
};
const told = (one: Incident) => noticeOf({ intent: 'open', announcement: 'opened', incident: one }).message;

describe('an event for PagerDuty', () => {
  it('keeps within every limit, for any incident', () => {
    fc.assert(
      fc.property(arbitraryMessage, (message) => {
        const event = pagerDutyEvent(message);
        expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(512_000);
        expect(event.dedup_key.length).toBeLessThanOrEqual(255);
        if (event.event_action !== 'trigger') return;
        expect(event.payload.summary.length).toBeGreaterThan(0);
        expect(event.payload.summary.length).toBeLessThanOrEqual(1_024);
        expect(['critical', 'error', 'warning', 'info']).toContain(event.payload.severity);
      }),
      { numRuns: 100 },
    );
  });

  it('has one key for an incident, whatever changes, and another for another episode', () => {
    const keys = [
      incident('Suspected'),
      incident('Open', { revision: 9, causes: [], vmis: [], vmiCount: 0 }),
      incident('Resolved', { revision: 10 }),
      incident('Open', { episode: 2 }),
    ].map((one) => pagerDutyEvent(told(one)).dedup_key);
    const [first, second, third, fourth] = keys;
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });

  it('has a key of bounded length for a key of any', () => {
    const long = { ...messageOf('opened'), key: 'k'.repeat(256) };
    expect(dedupKeyOf(long)).toMatch(/^[0-9a-f]{64}$/);
    expect(dedupKeyOf({ ...long, key: 'k'.repeat(255) })).toBe('k'.repeat(255));
  });

  it('needs no more than the key to resolve', () => {
    expect(pagerDutyEvent(messageOf('recovered'))).toEqual({
      event_action: 'resolve',
      dedup_key: '0e8b2c5e-3f53-4d2c-9a2c-6d1f5f1f7a10.1',
    });
  });

  it.each(SEVERITIES)('has the severity of the incident: %s', (severity) => {
    expect(pagerDutyEvent({ ...messageOf('opened'), severity })).toMatchObject({ payload: { severity } });
  });

  it('leads to the dashboard, or where else it was told', () => {
    expect(pagerDutyEvent(messageOf('opened'))).toMatchObject({
      client_url: 'https://grafana.example/d/orphans?var-node=node02&var-cluster=lab',
    });
    expect(pagerDutyEvent({ ...messageOf('opened'), links: [] })).not.toHaveProperty('client_url');
  });

  it('cuts details from their end, and says so', () => {
    const items = Array.from({ length: 2_000 }, (_, index) => `${index} ${'x'.repeat(300)}`);
    const event = pagerDutyEvent({ ...messageOf('opened'), lists: [{ title: 'VMIs', items, more: 0 }] });
    expect(event).toMatchObject({
      payload: { custom_details: { cut: expect.stringMatching(/^… cut: \d+ more lines; see kubectl /) } },
    });
  });

  it('holds a command whole or not at all', () => {
    const help = { summary: 'Do it.', command: 'x'.repeat(16_385) };
    expect(pagerDutyEvent({ ...messageOf('opened'), help })).toMatchObject({
      payload: {
        custom_details: { Command: 'The command cannot be shown here whole: the incident has it.' },
      },
    });
  });
});
