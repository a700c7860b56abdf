import { describe, expect, it } from 'vitest';
import { LatestOnly } from '../../../shared/runtime/latest-only.ts';
import { TestClock } from '../../support/runtime-ports.ts';

/** Work that ends when it is told to. */
function controlled() {
  const runs: (() => void)[] = [];
  return {
    runs,
    work: () => new Promise<number>((resolve) => runs.push(() => resolve(runs.length))),
  };
}
const lanesOf = (clock: TestClock) => new LatestOnly<number>({ clock, wait: clock.wait });
const turns = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

describe('work about one key', () => {
  it('runs once for all who ask at once', async () => {
    const lanes = lanesOf(new TestClock());
    const { runs, work } = controlled();
    const all = Array.from({ length: 1_000 }, () => lanes.run('node02', work));
    await turns();
    expect(runs).toHaveLength(1);
    runs[0]?.();
    expect(new Set(await Promise.all(all))).toEqual(new Set([1]));
  });

  it('runs once more for all who ask while it runs: what began before they asked is not theirs', async () => {
    const lanes = lanesOf(new TestClock());
    const { runs, work } = controlled();
    const first = lanes.run('node02', work);
    await turns();
    const later = Array.from({ length: 1_000 }, () => lanes.run('node02', work));
    await turns();
    expect(runs).toHaveLength(1);
    runs[0]?.();
    await first;
    await turns();
    expect(runs).toHaveLength(2);
    runs[1]?.();
    await Promise.all(later);
    expect(runs).toHaveLength(2);
  });

  it('costs three runs at most for a thousand events spread over a second', async () => {
    const clock = new TestClock();
    let held: (() => void)[] = [];
    const wait = (delayMs: number) =>
      new Promise<void>((resolve) => void held.push(Object.assign(() => resolve(), { delayMs })));
    const lanes = new LatestOnly<number>({ clock, wait });
    let runs = 0;
    const work = async () => {
      runs += 1;
      return runs;
    };
    const all: Promise<number>[] = [];
    for (let event = 0; event < 1_000; event += 1) {
      all.push(lanes.run('node02', work));
      await turns();
      clock.pass(0.001);
    }
    for (const release of held) release();
    held = [];
    await Promise.all(all);
    expect(runs).toBe(3);
  });

  it('does not wait for work about another key', async () => {
    const lanes = lanesOf(new TestClock());
    const { runs, work } = controlled();
    void lanes.run('node01', work);
    await turns();
    void lanes.run('node02', work);
    await turns();
    expect(runs).toHaveLength(2);
  });

  it('fails for those who shared the run, and not for those who come after it', async () => {
    const lanes = lanesOf(new TestClock());
    const failing = lanes.run('node02', () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    await expect(lanes.run('node02', async () => 7)).resolves.toBe(7);
  });
});
