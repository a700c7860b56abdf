import { spawnSync } from 'node:child_process';

/** Of Debian's package prometheus. */
const PROMTOOL = 'promtool';

/** Whether one of Prometheus' programs is installed here. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

/** What is said beside the name of a test that needs a program; empty when it is there. */
export function skipReason(...programs: readonly string[]): string {
  const missing = programs.filter((program) => !isInstalled(program));
  return missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')} on $PATH)`;
}

/** Runs promtool in a directory. */
export function promtool(
  args: readonly string[],
  cwd: string,
): { readonly code: number; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, args, { cwd, encoding: 'utf8', timeout: 15_000 });
  return { code: status ?? -1, output: `${stdout}${stderr}` };
}
