import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RealTime } from '../../../../../infra/local/simulation/time/real-time.ts';
import { WarmTime } from '../../../../../infra/local/simulation/time/warm-time.ts';
import { durationMs } from '../../../../../shared/domain/units.ts';

const NOW = Date.UTC(2026, 7, 22, 10);
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

it('lets its past happen in an instant, and the rest in real time', () => {
  const time = new WarmTime(durationMs(1_000));
  const happened: string[] = [];
  const plan = (delay: number, what: string) =>
    time.after(durationMs(delay), () => happened.push(`${what} ${time.now() - NOW}`));
  plan(400, 'past');
  plan(1_300, 'future');
  const cancel = plan(1_200, 'never');
  expect(time.now()).toBe(NOW - 1_000);
  time.goLive();
  expect(happened).toEqual(['past -600']);
  expect(time.now()).toBe(NOW);
  cancel();
  plan(100, 'present');
  vi.advanceTimersByTime(500);
  expect(happened).toEqual(['past -600', 'present 100', 'future 300']);
});

it('does nothing any more once it is stopped', () => {
  const time = new WarmTime(durationMs(10));
  time.goLive();
  time.after(durationMs(10), () => expect.unreachable());
  time.stop();
  time.after(durationMs(10), () => expect.unreachable());
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
});

it('takes back what was planned in real time', () => {
  const time = new RealTime();
  time.after(durationMs(10), () => expect.unreachable())();
  vi.advanceTimersByTime(100);
  expect(time.now()).toBe(NOW + 100);
});
