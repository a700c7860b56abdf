import { constants } from 'node:os';

/** Watches for the process to be asked to end. */
export interface StopSignal {
  /** Aborted by the first SIGTERM or SIGINT. A further one ends the process at once. */
  readonly signal: AbortSignal;
  /** Asks to stop as a signal would, when there is another reason for it. */
  stop(): void;
  /** Watches no longer: signals end the process as they would without us. */
  release(): void;
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Watches from now on. In a container the process is PID 1, which no signal ends by itself: so the second one is acted on too. */
export function watchStopSignals(): StopSignal {
  const stopping = new AbortController();
  const onSignal = (name: (typeof SIGNALS)[number]): void => {
    // As a shell reports a process that a signal has ended.
    if (stopping.signal.aborted) process.exit(128 + constants.signals[name]);
    stopping.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: stopping.signal,
    stop: () => stopping.abort(),
    release: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}

/** Resolves once the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
