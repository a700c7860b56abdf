import { execFileSync } from 'node:child_process';

/** Builds the command once before a run, so that no test looks at an old one. */
export function setup(): void {
  execFileSync(process.execPath, ['.config/bundle.mjs'], { stdio: 'inherit' });
}
