import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

/** What was measured on, and with which versions: two columns. */
export function describeMachine(): readonly (readonly [string, string])[] {
  const processors = cpus();
  return [
    ['processor', `${processors[0]?.model ?? 'unknown'}, ${processors.length} cores`],
    ['memory', `${(totalmem() / 2 ** 30).toFixed(0)} GiB`],
    ['Linux', release()],
    ['Node.js', process.version],
    ['jq', version('jq', ['--version'])],
    ['kubectl', version('kubectl', ['version', '--client'])],
    ['curl', version('curl', ['--version'])],
  ];
}

/** The first line of what it says. */
function version(command: string, args: readonly string[]): string {
  const { stdout, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 });
  return error === undefined ? ((stdout.split('\n')[0] ?? '').split(' (')[0] ?? '') : 'not installed';
}
