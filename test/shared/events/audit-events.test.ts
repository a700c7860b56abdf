import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EventInvalidError } from '../../../shared/errors/errors.ts';
import { auditRequested, parseAuditRequest } from '../../../shared/events/audit-events.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { PING_TYPE } from '../../../shared/events/raw-events.ts';

const recorded = JSON.parse(
  readFileSync(new URL('fixtures/recorded-events.json', import.meta.url), 'utf8'),
) as { readonly ping: IncomingEvent };

const event = (type: string, data?: unknown): IncomingEvent => ({
  specversion: '1.0',
  id: '1',
  source: '/tests',
  type,
  data,
});

describe('a request for an audit', () => {
  it('is what a real PingSource sends', () => {
    expect(parseAuditRequest(recorded.ping)).toBe('all');
  });

  it.each([
    [PING_TYPE, undefined, 'all'],
    [PING_TYPE, null, 'all'],
    [PING_TYPE, {}, 'all'],
    [PING_TYPE, { scope: 'unsettled' }, 'unsettled'],
    [PING_TYPE, { scope: 'all', sentBy: 'cron' }, 'all'],
    [auditRequested.type, undefined, 'all'],
    [auditRequested.type, null, 'all'],
    [auditRequested.type, {}, 'all'],
    [auditRequested.type, { scope: 'unsettled' }, 'unsettled'],
  ])('%s with data %j asks for %s', (type, data, scope) => {
    expect(parseAuditRequest(event(type, data))).toBe(scope);
  });

  it.each([
    [PING_TYPE, { scope: 'some' }],
    [PING_TYPE, 'all'],
    [PING_TYPE, 7],
    [auditRequested.type, { scope: 'some' }],
    [auditRequested.type, { scope: 'all', sentBy: 'cron' }],
    [auditRequested.type, []],
  ])('%s with data %j is refused in one line', (type, data) => {
    const read = () => parseAuditRequest(event(type, data));
    expect(read).toThrow(EventInvalidError);
    expect(read).toThrow(/^the data of this [^\n]+$/);
  });

  it('is no other event', () => {
    expect(parseAuditRequest(event('dev.kubevirt-orphans.audit.completed.v1', {}))).toBeUndefined();
  });
});
