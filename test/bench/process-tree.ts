import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its descendants took so far. */
export interface TreeUsage {
  readonly cpuSeconds: number;
  /** Of the largest of them. */
  readonly peakBytes: number;
}

export interface TreeWatch {
  readonly stop: () => TreeUsage;
}

const INTERVAL_MS = 20;
/** `getconf CLK_TCK`: 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Looks at a tree of processes in /proc every 20 ms, for machines without GNU time. The peak is the kernel's own
 * high-water mark, so only what happens in the last 20 ms of a process is missed.
 */
export function watchTree(root: number): TreeWatch {
  const cpuTicks = new Map<number, number>();
  let peakBytes = 0;
  const look = () => {
    for (const pid of treeOf(root)) {
      peakBytes = Math.max(peakBytes, peakOf(pid));
      cpuTicks.set(pid, ticksOf(pid) ?? cpuTicks.get(pid) ?? 0);
    }
  };
  const timer = setInterval(look, INTERVAL_MS);
  look();
  return {
    stop: () => {
      clearInterval(timer);
      const ticks = [...cpuTicks.values()].reduce((sum, each) => sum + each, 0);
      return { cpuSeconds: ticks / TICKS_PER_SECOND, peakBytes };
    },
  };
}

function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const pid of allProcesses()) {
    const parent = parentOf(pid);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

function allProcesses(): readonly number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** The numbers after the command's name, which may itself hold spaces and parentheses. Source: proc(5), /proc/pid/stat. */
function statOf(pid: number): readonly string[] {
  const text = read(pid, 'stat');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function parentOf(pid: number): number {
  return Number(statOf(pid)[1]);
}

function ticksOf(pid: number): number | undefined {
  const stat = statOf(pid);
  return stat.length < 13 ? undefined : Number(stat[11]) + Number(stat[12]);
}

function peakOf(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB/m.exec(read(pid, 'status'))?.[1];
  return kibibytes === undefined ? 0 : Number(kibibytes) * 1_024;
}

/** Empty when the process has ended in the meantime. */
function read(pid: number, file: 'stat' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
