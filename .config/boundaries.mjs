// Runs the import rules, and fails when they cruised nothing: with the wrong TypeScript
// dependency-cruiser reports "no violations (0 modules)" and exits 0.
import { execFileSync } from 'node:child_process';

const rooms = ['functions', 'shared', 'infra', 'test'];
const output = execFileSync(
  'node_modules/.bin/depcruise',
  ['--config', '.config/dependency-cruiser.cjs', '--output-type', 'json', ...rooms],
  { encoding: 'utf8', maxBuffer: 1 << 28 },
);
const { summary } = JSON.parse(output);
for (const { rule, from, to } of summary.violations) console.error(`${rule.name}: ${from} -> ${to}`);
console.log(`${summary.totalCruised} modules cruised, ${summary.violations.length} violations`);
if (summary.totalCruised === 0 || summary.violations.length > 0) process.exitCode = 1;
