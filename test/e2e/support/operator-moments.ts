import type { Line } from './operator-recording.ts';

/** Something that was seen, in words that a recording and a watch share. */
export interface Moment {
  /** Seconds since what was done, as recorded. */
  readonly t: number;
  readonly by: 'operator' | 'kubelet';
  readonly what: string;
}

/** What an operator says ends: in the recordings a message is cut here. */
export const SAID_CHARACTERS = 160;

/**
 * The moments of a step. Nodes are not named but told apart by what happened to them, as which of two equal nodes is
 * first is nobody's promise; what happens again is counted.
 */
export function momentsOf(lines: readonly Line[]): readonly Moment[] {
  const moments = lines.flatMap((line) => {
    const what = WHAT[line.kind]?.(line);
    return what === undefined ? [] : [{ ...line, what }];
  });
  const names = roles(moments);
  const counts = new Map<string, number>();
  return withoutFalseSuccess(moments).map((moment) => {
    const role = names.get(nodeOf(moment) ?? '');
    const what = role === undefined ? moment.what : `${role} ${moment.what}`;
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    const by = role === undefined ? 'operator' : 'kubelet';
    return { t: moment.t, by, what: count === 1 ? what : `${what} (${count})` };
  });
}

type Seen = Line & { readonly what: string };

const WHAT: Readonly<Record<string, (line: Line) => string | undefined>> = {
  Pod: ({ change, phase, ready, terminating }) => {
    if (change === 'ADDED') return 'created';
    if (change === 'DELETED') return 'deleted';
    if (terminating) return 'terminating';
    if (ready) return 'ready';
    return phase === 'Running' ? 'running' : undefined;
  },
  Node: ({ schedulable }) => (schedulable === undefined ? undefined : `schedulable=${schedulable}`),
  DaemonSet: ({ change, annKubevirtGeneration, maxUnavailable, nodeSelector, tolerations, affinity }) => {
    if (change !== 'MODIFIED') return `DaemonSet ${change}`;
    const isMoved = [nodeSelector, tolerations, affinity].some((field) => field !== undefined);
    const written = [
      ...(annKubevirtGeneration === undefined ? [] : ['generation']),
      ...(isMoved ? ['placement'] : []),
      ...(maxUnavailable === undefined ? [] : [`maxUnavailable=${maxUnavailable}`]),
    ];
    return written.length === 0 ? undefined : `DaemonSet ${written.join(', ')}`;
  },
  KubeVirt: ({ conditions }) => {
    if (conditions === undefined) return undefined;
    const said = Object.entries(conditions).map(([type, text]) => `${type} ${text}`);
    return `KubeVirt ${said.sort().join('; ')}`;
  },
};

/** Names for the nodes, the same in a recording and in what was seen, by what happened to each. */
function roles(moments: readonly Seen[]): ReadonlyMap<string, string> {
  const lives = new Map<string, string[]>();
  for (const moment of moments) {
    const node = nodeOf(moment);
    if (node !== undefined) lives.set(node, [...(lives.get(node) ?? []), moment.what]);
  }
  const described = [...lives].map(([node, life]) => [node, life.sort().join()] as const);
  // Equal ones stay in the order in which something happened to them first.
  const ordered = described.sort(([, a], [, b]) => (a < b ? -1 : Number(a > b)));
  return new Map(ordered.map(([node], at) => [node, `node ${at + 1}`]));
}

function nodeOf({ kind, name, node }: Line): string | undefined {
  if (kind === 'Node') return name;
  return kind === 'Pod' ? node : undefined;
}

/**
 * "Available" in the middle of a roll-out is a race (facts/operator-rollout.md, surprise 1): a pass that comes while the
 * handler that terminates is still Ready. It is not part of what is compared.
 */
function withoutFalseSuccess(moments: readonly Seen[]): readonly Seen[] {
  const said = moments.filter(({ kind }) => kind === 'KubeVirt');
  const isFalse = said.map(
    ({ what }, at) => what.includes('Available True') && said[at + 1]?.what.includes('DeploymentInProgress'),
  );
  const dropped = new Set(said.filter((_, at) => isFalse[at] || isFalse[at - 1]));
  return moments.filter((moment) => !dropped.has(moment));
}
