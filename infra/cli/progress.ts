import type { Io } from './io.ts';

/** After this long a read shows its progress; shorter ones would only flicker. */
const QUIET_MS = 1_000;
const BETWEEN_LINES_MS = 100;

/** One line on a terminal's stderr that is rewritten while a long read goes on, and wiped at its end. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

/** Shows nothing at all when stderr is no terminal. `nowMs` is any clock that only goes forward. */
export function createProgress({ stderr }: Pick<Io, 'stderr'>, nowMs: () => number): Progress {
  let lastMs = nowMs() + QUIET_MS - BETWEEN_LINES_MS;
  let shown = false;
  return {
    show(text) {
      const now = nowMs();
      if (stderr.isTTY !== true || now - lastMs < BETWEEN_LINES_MS) return;
      lastMs = now;
      shown = true;
      stderr.write(`\r\u001b[K${text.slice(0, (stderr.columns ?? 80) - 1)}`);
    },
    clear() {
      if (shown) stderr.write('\r\u001b[K');
      shown = false;
    },
  };
}
