import { pause } from './background-loop.ts';

export interface Alarm {
  /** Waits for so many seconds, or for what was set since it last rang, or until the signal aborts. */
  ring(seconds: number, signal: AbortSignal): Promise<void>;
  /** Sets it to so many seconds from now. */
  set(seconds: number): void;
}

/** @param speed - by which all seconds are divided */
export function createAlarm(speed: number): Alarm {
  const after = (seconds: number): number => performance.now() + (seconds * 1000) / speed;
  let due: number | undefined;
  let look = (): void => undefined;
  return {
    set: (seconds) => {
      due = after(seconds);
      look();
    },
    ring: async (seconds, signal) => {
      due ??= after(seconds);
      while (!signal.aborted && performance.now() < due) {
        const changed = new Promise<void>((resolve) => {
          look = resolve;
        });
        await Promise.race([pause(due - performance.now(), signal), changed]);
      }
      due = undefined;
    },
  };
}
