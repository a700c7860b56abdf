import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The clock of other processes, which a test sets ahead. */
export interface ShiftedClock {
  /** With it a process of Node.js has this clock. */
  readonly env: { readonly NODE_OPTIONS: string };
  skip(seconds: number): void;
  /** Skips so much that it is at least so far ahead. */
  beAhead(seconds: number): void;
}

/** @param directory - where its files are */
export function shiftedClock(directory: string): ShiftedClock {
  const ahead = join(directory, 'ahead');
  const preload = join(directory, 'shifted-clock.mjs');
  let aheadMs = 0;
  const skip = (seconds: number): void => {
    aheadMs += seconds * 1_000;
    // At once, for whoever reads it meanwhile.
    writeFileSync(`${ahead}.new`, `${aheadMs}`);
    renameSync(`${ahead}.new`, ahead);
  };
  skip(0);
  writeFileSync(
    preload,
    `import { readFileSync } from 'node:fs';
const now = Date.now.bind(Date);
Date.now = () => now() + Number(readFileSync(${JSON.stringify(ahead)}, 'utf8'));`,
  );
  return {
    env: { NODE_OPTIONS: `--import=${pathToFileURL(preload).href}` },
    skip,
    beAhead: (seconds) => skip(Math.max(0, seconds - aheadMs / 1_000)),
  };
}
