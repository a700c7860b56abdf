import type { Moment } from './operator-moments.ts';

/** In seconds as recorded: what a machine with two cores that does other things too may add or take away. */
const SLACK = 1.5;
const SHARE = 0.2;
/** The longest that a pass can be late or early, as passes do not know of the pods. */
const PASS = 6.5;

const DONE = 'what was done';

/** A moment from which another is timed, and by how much it may differ, in seconds. */
interface Since {
  readonly what: string;
  readonly t: number;
  readonly slack: number;
}

/** What each moment of a handler follows, on its node, after a time that is always the same. */
const SINCE: Readonly<Record<string, string>> = {
  deleted: 'terminating',
  running: 'created',
  ready: 'running',
  'schedulable=true': 'running',
};

/**
 * What was seen otherwise than recorded: in what happened, in its order, in the time it took.
 */
export function differences(recorded: readonly Moment[], seen: readonly Moment[]): readonly string[] {
  const missing = absentFrom(seen, recorded).map((what) => `not seen: ${what}`);
  const extra = absentFrom(recorded, seen).map((what) => `not recorded: ${what}`);
  return [
    ...missing,
    ...extra,
    ...misordered(recorded, seen),
    ...mistimed(recorded, seen),
    ...moreDown(recorded, seen),
  ];
}

/** What of `expected` is not among `given`. */
export function absentFrom(given: readonly Moment[], expected: readonly Moment[]): readonly string[] {
  const whats = new Set(given.map(({ what }) => what));
  return expected.map(({ what }) => what).filter((what) => !whats.has(what));
}

function misordered(recorded: readonly Moment[], seen: readonly Moment[]): readonly string[] {
  const times = new Map(seen.map(({ what, t }) => [what, t]));
  return recorded.flatMap((first, at) =>
    recorded.slice(at + 1).flatMap((second) => {
      const [one, other] = [times.get(first.what), times.get(second.what)];
      if (one === undefined || other === undefined || one < other || !isOrdered(first, second)) return [];
      return [`${second.what} (${other.toFixed(1)} s) before ${first.what} (${one.toFixed(1)} s)`];
    }),
  );
}

/** Whether one has to come before the other, and did not only happen to. */
function isOrdered(first: Moment, second: Moment): boolean {
  if (isBack(first) || isBack(second)) return first.what.includes('10%');
  const distance = second.t - first.t;
  return distance > (first.by === second.by && first.by === 'kubelet' ? SLACK : PASS);
}

/** When maxUnavailable goes back is a race, as the false success is; only what made it go up comes before. */
function isBack({ what }: Moment): boolean {
  return what === 'DaemonSet maxUnavailable=1';
}

function mistimed(recorded: readonly Moment[], seen: readonly Moment[]): readonly string[] {
  const times = new Map(seen.map(({ what, t }) => [what, t]));
  return recorded.flatMap((moment) => {
    const since = sinceOf(moment, recorded) ?? sinceStep(moment);
    const [start, end] = [since?.what === DONE ? 0 : times.get(since?.what ?? ''), times.get(moment.what)];
    if (since === undefined || start === undefined || end === undefined) return [];
    const [wanted, took] = [moment.t - since.t, end - start];
    if (Math.abs(took - wanted) <= since.slack + SHARE * wanted) return [];
    return [`${moment.what} ${took.toFixed(1)} s after ${since.what}, not ${wanted.toFixed(1)} s`];
  });
}

/** The operator's moments are counted from what was done; those of a handler that it causes are ordered only. */
function sinceStep(moment: Moment): Since | undefined {
  if (moment.by === 'kubelet' || isBack(moment)) return undefined;
  return { what: DONE, t: 0, slack: PASS };
}

function sinceOf(moment: Moment, moments: readonly Moment[]): Since | undefined {
  const [, node = '', what = ''] = /^(node \d+) ([\w=]+)/.exec(moment.what) ?? [];
  const since = SINCE[what];
  if (since === undefined) return undefined;
  const before = moments.findLast(
    ({ t, what: other }) => t < moment.t && other.startsWith(`${node} ${since}`),
  );
  return before && { ...before, slack: SLACK };
}

/** How many nodes wait for their next handler at the same time. */
function moreDown(recorded: readonly Moment[], seen: readonly Moment[]): readonly string[] {
  const [wanted, most] = [mostDown(recorded), mostDown(seen)];
  return most === wanted ? [] : [`${most} nodes without a Ready handler at once, not ${wanted}`];
}

function mostDown(moments: readonly Moment[]): number {
  const down = new Set<string>();
  const counts = [...moments]
    .sort((a, b) => a.t - b.t)
    .map(({ what }) => {
      const [, node = '', became] = /^(node \d+) (created|ready)/.exec(what) ?? [];
      if (became === 'created') down.add(node);
      if (became === 'ready') down.delete(node);
      return down.size;
    });
  return Math.max(0, ...counts);
}
