import { existsSync, readFileSync } from 'node:fs';
import type { Taint } from './objects.ts';
import type { Placement } from './virt-operator.ts';

/** A line of a recording of virt-operator; of a change it holds what changed (facts/operator-rollout.md). */
export interface Line {
  /** Seconds since the start. */
  readonly t: number;
  readonly kind: string;
  readonly name?: string;
  readonly change?: 'INITIAL' | 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly text?: string;
  readonly node?: string;
  readonly phase?: string;
  readonly ready?: boolean;
  readonly terminating?: boolean;
  readonly deletionTimestamp?: boolean;
  readonly virt?: boolean;
  readonly schedulable?: string | null;
  readonly taints?: readonly string[];
  readonly annKubevirtGeneration?: string;
  readonly maxUnavailable?: number | string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly unknown[];
  readonly affinity?: unknown;
  readonly conditions?: Readonly<Record<string, string>>;
  readonly workloadsNodePlacement?: Placement | null;
}

/** What was done, and what was seen until the next was done. Times count from it. */
export interface Step {
  readonly text: string;
  readonly lines: readonly Line[];
}

export interface Recording {
  readonly initial: readonly Line[];
  readonly steps: readonly Step[];
}

const folder = new URL('../../../../shared/recordings/virt-operator/', import.meta.url);

/** Whether the recordings are there, beside this repository. */
export const hasRecordings = existsSync(folder);

/** What was seen of the four kinds of object that the stand-in plays. Pods carry their node in every line. */
export function readRecording(name: string): Recording {
  const text = readFileSync(new URL(`${name}.ndjson`, folder), 'utf8').trim();
  const all = text.split('\n').map((line) => JSON.parse(line) as Line);
  const nodes = nodesOf(all);
  const seen = all
    .filter(({ kind }) => ['step', 'DaemonSet', 'KubeVirt', 'Node', 'Pod'].includes(kind))
    .map((line) => (line.kind === 'Pod' ? { ...line, node: nodes.get(line.name ?? '') ?? '' } : line));
  const starts = seen.flatMap(({ kind }, at) => (kind === 'step' ? [at] : []));
  const steps = starts.map((start, at) => {
    const { text = '', t: begun = 0 } = seen[start] ?? {};
    const lines = seen.slice(start + 1, starts[at + 1]).map((line) => ({ ...line, t: line.t - begun }));
    return { text, lines };
  });
  return { initial: seen.filter(({ change }) => change === 'INITIAL'), steps };
}

/** @param text - as recorded, such as `dedicated=db:NoSchedule` */
export function taintOf(text: string): Taint {
  const [, key = '', value, effect] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(text) ?? [];
  return { key, ...(value !== undefined && { value }), effect: effect as Taint['effect'] };
}

/** A pod that is not bound yet is meant for the node that its affinity names. */
function nodesOf(lines: readonly Line[]): ReadonlyMap<string, string> {
  const named = lines.flatMap(({ kind, name = '', node }) =>
    kind === 'Pod' && node !== undefined ? [[name, node.replace(' (not bound)', '')] as const] : [],
  );
  return new Map(named);
}
