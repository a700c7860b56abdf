import { describe, expect, it } from 'vitest';
import { whileLeading } from '../../../infra/local/leadership.ts';
import type { Hold } from '../../../shared/domain/remediation/situation.ts';
import { epochMs } from '../../../shared/domain/units.ts';
import { KubeUnavailableError } from '../../../shared/errors/errors.ts';
import type { LeaseLock } from '../../../shared/runtime/remediation-ports.ts';
import { SILENT_LOG, TestClock } from '../../support/runtime-ports.ts';

const OTHER: Hold = { holder: 'other', until: epochMs(0) };
const DOWN = new KubeUnavailableError('the API server does not answer', 'Check the network.');

/** A Lease that answers in turn; the last answer stays. */
function aLease(...answers: readonly (Hold | Error | undefined)[]) {
  const calls: string[] = [];
  const lock: LeaseLock = {
    acquire: async (holder, forMs) => {
      const answer = answers[Math.min(calls.length, answers.length - 1)];
      calls.push(`${holder} ${forMs / 1_000} s`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    release: async (holder) => void calls.push(`${holder} gives it back`),
  };
  return { lock, calls };
}

/** Ends the work after so many waits. */
function parts(lock: LeaseLock, waits: number) {
  const clock = new TestClock();
  const stopping = new AbortController();
  let left = waits;
  const wait = async (): Promise<void> => {
    clock.pass(2);
    left -= 1;
    if (left <= 0) stopping.abort();
    await new Promise(setImmediate);
  };
  return { lock, holder: 'us', clock, log: SILENT_LOG, wait, signal: stopping.signal };
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

describe('leading', () => {
  it('begins at once where nobody leads, renews the lead, and gives it back at the end', async () => {
    const { lock, calls } = aLease(undefined);
    await whileLeading(parts(lock, 3), untilAborted);
    expect(calls).toEqual(['us 15 s', 'us 15 s', 'us 15 s', 'us gives it back']);
  });

  it('stands by while somebody else leads, also when the Lease is not reached meanwhile', async () => {
    const { lock, calls } = aLease(OTHER, DOWN, OTHER, undefined);
    let began = 0;
    await whileLeading(parts(lock, 5), async (signal) => {
      began = calls.length;
      await untilAborted(signal);
    });
    expect(began).toBe(4);
  });

  it('never begins when it is asked to end while it stands by', async () => {
    const { lock, calls } = aLease(OTHER);
    let began = false;
    await whileLeading(parts(lock, 2), async () => {
      began = true;
    });
    expect(began).toBe(false);
    expect(calls).not.toContain('us gives it back');
  });

  it('ends the work, and says so, when somebody else leads', async () => {
    const { lock } = aLease(undefined, OTHER);
    let ended = false;
    const leading = whileLeading(parts(lock, 50), async (signal) => {
      await untilAborted(signal);
      ended = true;
    });
    await expect(leading).rejects.toThrow('the lead is lost: other leads now');
    expect(ended).toBe(true);
  });

  it('gives up before the Lease expires when it cannot be renewed', async () => {
    const { lock, calls } = aLease(undefined, DOWN);
    await expect(whileLeading(parts(lock, 50), untilAborted)).rejects.toThrow('could not be renewed in time');
    // 10 s at 2 s each: another one may lead after 15 s.
    expect(calls.filter((call) => call === 'us 15 s')).toHaveLength(6);
  });

  it('ends when the work fails, with its failure', async () => {
    const { lock, calls } = aLease(undefined);
    const failing = whileLeading(parts(lock, 50), () => Promise.reject(new RangeError('a bug')));
    await expect(failing).rejects.toThrow('a bug');
    expect(calls.at(-1)).toBe('us gives it back');
  });
});
