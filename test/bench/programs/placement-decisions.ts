// Decides 10,000 times whether virt-handler may run on a node, and prints how many milliseconds of CPU that took: the
// first time in this process, and once it is warm.
import { readFileSync } from 'node:fs';
import type { NodeObject } from '../../../shared/domain/objects.ts';
import { judgePlacement } from '../../../shared/domain/placement/daemonset-placement.ts';
import type { PodPlacement } from '../../../shared/domain/placement-objects.ts';

const DECISIONS = 10_000;
const [file = ''] = process.argv.slice(2);
const { nodes, templates } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly nodes: readonly NodeObject[];
  readonly templates: readonly PodPlacement[];
};

function cpuMs(work: () => number): { readonly ms: number; readonly fitting: number } {
  const start = process.cpuUsage();
  const fitting = work();
  const { user, system } = process.cpuUsage(start);
  return { ms: (user + system) / 1_000, fitting };
}

/** All nodes under one policy after the other, as whoever tries a change of the placement asks. */
function decide(): number {
  let fitting = 0;
  for (let round = 0; round < DECISIONS / nodes.length; round += 1) {
    const template = templates[round % templates.length] ?? {};
    fitting += nodes.filter((node) => judgePlacement(node, template).shouldRun).length;
  }
  return fitting;
}

const cold = cpuMs(decide);
for (let round = 0; round < 20; round += 1) decide();
const warm = cpuMs(decide);
console.log(JSON.stringify({ coldMs: cold.ms, warmMs: warm.ms, fitting: cold.fitting }));
