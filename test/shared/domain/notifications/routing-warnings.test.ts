import { expect, it } from 'vitest';
import { routingWarnings } from '../../../../shared/domain/notifications/routing-warnings.ts';
import { type TimeWindow, WEEKDAYS } from '../../../../shared/domain/time/time-windows.ts';
import { createTimeZone } from '../../../../shared/domain/time/time-zone.ts';
import { epochMs } from '../../../../shared/domain/units.ts';

const DAY = 24 * 3_600_000;
const MONDAY = Date.UTC(2026, 6, 6);

function warningsOf(parts: Partial<TimeWindow>): readonly string[] {
  const timeZone = createTimeZone('UTC');
  if (timeZone === undefined) throw new Error('no zone UTC');
  const whole = { name: 'quiet', timeZone, weekdays: WEEKDAYS, fromMs: 0, toMs: DAY, dates: undefined };
  const muteWindows = [{ ...whole, ...parts }];
  return routingWarnings({ routes: [], silences: [], disabledChannels: [], muteWindows }, epochMs(MONDAY));
}

it('warns of a mute window that never closes', () => {
  expect(warningsOf({})).toEqual([
    'the mute window quiet is open all week, without an end: routes that name it never tell anybody',
  ]);
});

it.each<[string, Partial<TimeWindow>]>([
  ['closes for a minute a day', { toMs: DAY - 60_000 }],
  ['is closed on Sundays', { weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'] }],
  ['has a last date', { dates: { first: MONDAY as never, last: (MONDAY + 30 * DAY) as never } }],
])('does not warn of one that %s', (_, parts) => {
  expect(warningsOf(parts)).toEqual([]);
});
