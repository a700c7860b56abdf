import { expect, it } from 'vitest';
import { aborted, watchStopSignals } from '../../../infra/server/stop-signal.ts';

function listeners(): number {
  return process.listenerCount('SIGTERM') + process.listenerCount('SIGINT');
}

it('is there until it is released, and leaves nothing behind', () => {
  const before = listeners();
  const { release, signal } = watchStopSignals();
  expect([listeners() - before, signal.aborted]).toEqual([2, false]);
  release();
  expect(listeners()).toBe(before);
});

it.each(['SIGTERM', 'SIGINT'] as const)('is aborted by %s', async (name) => {
  const { release, signal } = watchStopSignals();
  const end = aborted(signal);
  process.emit(name, name);
  await end;
  expect(signal.aborted).toBe(true);
  release();
});

it('is aborted by whoever stops for another reason', async () => {
  const { release, signal, stop } = watchStopSignals();
  stop();
  await aborted(signal);
  release();
  expect(signal.aborted).toBe(true);
});
