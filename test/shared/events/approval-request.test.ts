import { describe, expect, it } from 'vitest';
import { EventInvalidError } from '../../../shared/errors/errors.ts';
import { linkApprovalEvent, parseApproval } from '../../../shared/events/approval-request.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { at } from '../../support/incidents.ts';

const DATA = {
  node: { name: 'node02', uid: 'ignored' },
  incident: { uid: 'uid-record', episode: 1, revision: 3 },
  plan: { id: 'abc', steps: [] },
};
const EVENT: IncomingEvent = {
  specversion: '1.0',
  id: 'x',
  source: '/change-management',
  type: 'dev.kubevirt-orphans.remediation.approved.v1',
  time: '2026-08-22T10:10:00Z',
  data: DATA,
};
const SAID = { node: 'node02', uid: 'uid-record', episode: 1, revision: 3, planId: 'abc' };
const AT = at('2026-08-22T10:10:00Z');

describe('an approval that comes in', () => {
  it('is read, whatever else is in it', () => {
    expect(parseApproval({ ...EVENT, data: { ...DATA, gates: [], by: 'ada' } })).toEqual({
      request: { source: '/change-management', ...SAID, by: 'ada', at: AT },
      token: undefined,
    });
    expect(parseApproval(EVENT).request.by).toBe('/change-management');
  });

  it.each<readonly [string, Partial<IncomingEvent>, string]>([
    ['no time', { time: undefined }, 'time'],
    ['no time that can be read', { time: 'now' }, 'time'],
    ['no data', { data: undefined }, 'data.'],
    ['no node', { data: { ...DATA, node: undefined } }, 'data.node'],
    ['no revision', { data: { ...DATA, incident: { uid: 'u', episode: 1 } } }, 'data.incident.revision'],
    [
      'a revision in text',
      { data: { ...DATA, incident: { uid: 'u', episode: 1, revision: '3' } } },
      'data.incident.revision',
    ],
    ['no plan', { data: { ...DATA, plan: {} } }, 'data.plan.id'],
    ['a token that is a number', { data: { ...DATA, token: 7 } }, 'data.token'],
  ])('is refused with %s', (_, parts, place) => {
    const read = () => parseApproval({ ...EVENT, ...parts });
    expect(read).toThrow(EventInvalidError);
    expect(read).toThrow(`approves nothing: ${place} `);
  });

  it('is, by a link, an event that is the same for the same link', () => {
    const click = { ...SAID, by: 'signed link 1', token: 'secret', at: AT };
    const event = linkApprovalEvent(click);
    expect(parseApproval(event)).toEqual({
      request: { source: '/approve', ...SAID, by: 'signed link 1', at: AT },
      token: 'secret',
    });
    expect(linkApprovalEvent({ ...click, at: at('2026-08-22T10:11:00Z') }).id).toBe(event.id);
    expect(linkApprovalEvent({ ...click, revision: 4 }).id).not.toBe(event.id);
  });
});
