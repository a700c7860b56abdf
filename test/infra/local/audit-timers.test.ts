import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startAuditTimers } from '../../../infra/local/audit-timers.ts';
import { durationMs, epochMs } from '../../../shared/domain/units.ts';
import { SinkUnavailableError } from '../../../shared/errors/errors.ts';
import { parseAuditRequest } from '../../../shared/events/audit-events.ts';
import type { ProductEvent } from '../../../shared/events/product-event.ts';
import { SILENT_LOG } from '../../support/runtime-ports.ts';

const START = Date.UTC(2026, 7, 22, 10);
const config = { clusterName: 'test', tickMs: durationMs(30_000), sweepMs: durationMs(100_000) };

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

/** Timers whose requests are noted, with the second at which they came. */
function started(failure?: Error) {
  const asked: [number, string | undefined][] = [];
  const ids: string[] = [];
  const warnings: string[] = [];
  const stop = startAuditTimers({
    clock: { now: () => epochMs(Date.now()) },
    log: { ...SILENT_LOG, warn: (_, line) => void warnings.push(line) },
    config,
    publish: async (event: ProductEvent) => {
      asked.push([(Date.now() - START) / 1_000, parseAuditRequest({ ...event })]);
      ids.push(event.id);
      if (failure !== undefined) throw failure;
    },
  });
  return { asked, ids, warnings, stop };
}

it('asks for all nodes at once, then for what is unsettled and for all, each in its time', () => {
  const { asked, ids } = started();
  vi.advanceTimersByTime(120_000);
  expect(asked).toEqual([
    [0, 'all'],
    [30, 'unsettled'],
    [60, 'unsettled'],
    [90, 'unsettled'],
    [100, 'all'],
    [120, 'unsettled'],
  ]);
  expect(new Set(ids).size).toBe(ids.length);
});

it('leaves out what finds no room, and goes on', async () => {
  const { asked, warnings } = started(new SinkUnavailableError('full', 'Wait.'));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toHaveLength(2);
  expect(warnings).toHaveLength(2);
});

it('asks for nothing, and keeps no timer, once it is stopped', () => {
  const { asked, stop } = started();
  stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(600_000);
  expect(asked).toHaveLength(1);
});
