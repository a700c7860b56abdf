import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from './measure.ts';

export const jqProgram = fileURLToPath(new URL('./orphaned-nodes.jq', import.meta.url));
const cli = fileURLToPath(new URL('../../dist/kubevirt-orphans.mjs', import.meta.url));

/** @throws Error when the command has not been built */
export function assertBuilt(): void {
  if (!existsSync(cli)) throw new Error('dist/kubevirt-orphans.mjs is not there: npm run build');
}

/** Our audit, with these flags for its input. */
export function ourAudit(label: string, input: readonly string[]): Command {
  return { label, argv: [process.execPath, cli, 'audit', ...input, '-o', 'json'], exitCodes: [0, 1] };
}

/** The orphaned nodes that our report names. */
export async function ourOrphans(output: string): Promise<readonly string[]> {
  const report = JSON.parse(await readFile(output, 'utf8')) as { nodes: { name: string; verdict: string }[] };
  return report.nodes
    .filter(({ verdict }) => verdict === 'Orphaned')
    .map(({ name }) => name)
    .sort();
}

/** The orphaned nodes that the jq program printed. */
export async function theirOrphans(output: string): Promise<readonly string[]> {
  const lines = (await readFile(output, 'utf8')).split('\n');
  return lines.filter((line) => line !== '').sort();
}

/** @throws Error when they differ: then there is nothing to compare */
export function assertSame(who: string, found: readonly string[], expected: readonly string[]): void {
  const missing = expected.filter((name) => !found.includes(name));
  const extra = found.filter((name) => !expected.includes(name));
  if (missing.length === 0 && extra.length === 0) return;
  throw new Error(
    `${who}: not found ${missing.join(', ') || 'none'}; too many ${extra.join(', ') || 'none'}`,
  );
}
