import { describe, expect, it } from 'vitest';
import { durationMs, epochMs } from '../../../shared/domain/units.ts';
import { SharedRead } from '../../../shared/kubernetes/shared-read.ts';

/** A shared read whose reads end when the test says so, at times that the test says. */
function aShared(earlyMs = 0) {
  const ends: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  let now = 0;
  const shared = new SharedRead(
    () => new Promise<string>((resolve, reject) => void ends.push({ resolve, reject })),
    {
      clock: { now: () => epochMs(now) },
      usableForMs: durationMs(1_000),
      wait: async (delayMs) => {
        now += Math.max(1, delayMs - earlyMs);
      },
    },
  );
  return {
    ends,
    /** One that began at a time or later, asked for at another. */
    of(since: number, time: number) {
      now = time;
      return shared.getOf(epochMs(since));
    },
    at(time: number) {
      now = time;
      return shared.get();
    },
  };
}

describe('a shared read', () => {
  it('is one for all who ask while it is under way', async () => {
    const { ends, at } = aShared();
    const both = [at(0), at(10)];
    ends[0]?.resolve('a');
    expect(await Promise.all(both)).toEqual(['a', 'a']);
    expect(ends).toHaveLength(1);
  });

  it('is used for a second from when it began, however late it ended', async () => {
    const { ends, at } = aShared();
    const first = at(0);
    const late = at(1_000);
    expect(ends).toHaveLength(2);
    ends[0]?.resolve('old');
    ends[1]?.resolve('new');
    expect(await Promise.all([first, late, at(1_999)])).toEqual(['old', 'new', 'new']);
  });

  it('is not used again when it failed', async () => {
    const { ends, at } = aShared();
    const failed = at(0);
    ends[0]?.reject(new Error('down'));
    await expect(failed).rejects.toThrow('down');
    const next = at(1);
    ends[1]?.resolve('up');
    expect(await next).toBe('up');
  });

  it('keeps the later one when an earlier one fails late', async () => {
    const { ends, at } = aShared();
    const first = at(0);
    const second = at(1_000);
    ends[1]?.resolve('new');
    ends[0]?.reject(new Error('down'));
    await expect(first).rejects.toThrow('down');
    expect(await Promise.all([second, at(1_500)])).toEqual(['new', 'new']);
    expect(ends).toHaveLength(2);
  });

  it('is read anew when the clock was set back', () => {
    const { ends, at } = aShared();
    void at(5_000);
    void at(4_999);
    expect(ends).toHaveLength(2);
  });

  it.each([
    { title: 'is the one before when that began late enough', since: 0, time: 300, reads: 1, began: 'first' },
    { title: 'waits until the next may begin', since: 200, time: 300, reads: 2, began: 'second' },
    {
      title: 'waits for nothing when the next may begin now',
      since: 200,
      time: 1_700,
      reads: 2,
      began: 'second',
    },
  ])('of a time: $title', async ({ since, time, reads, began }) => {
    const { ends, at, of } = aShared();
    const first = at(0);
    ends[0]?.resolve('first');
    await first;
    const wanted = of(since, time);
    await Promise.resolve();
    await Promise.resolve();
    ends[1]?.resolve('second');
    expect(await wanted).toBe(began);
    expect(ends).toHaveLength(reads);
  });

  it('of a time is not the one before when a timer ends early, as those of Node.js may', async () => {
    const { ends, at, of } = aShared(1);
    const first = at(0);
    ends[0]?.resolve('first');
    await first;
    const wanted = of(200, 300);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    ends[1]?.resolve('second');
    expect(await wanted).toBe('second');
  });
});
