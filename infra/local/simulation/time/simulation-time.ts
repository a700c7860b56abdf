import type { Clock, DurationMs } from '../../../../shared/domain/units.ts';

/** Takes back what was planned; harmless afterwards. */
export type Cancel = () => void;

/** The time of a simulation: what all its controllers, kubelets and watches wait by. */
export interface SimulationTime extends Clock {
  /** Does something once, when that much time has passed; never before the caller is done. */
  after(delay: DurationMs, action: () => void): Cancel;
}

/** Does something again and again, with that much time between; the first time after one interval. */
export function every(time: SimulationTime, interval: () => DurationMs, action: () => void): Cancel {
  let cancel = (): void => undefined;
  const plan = (): void => {
    cancel = time.after(interval(), () => {
      plan();
      action();
    });
  };
  plan();
  return () => cancel();
}
