import { type Run, type Spread, spreadOf } from './measure.ts';

export interface Measurement {
  readonly what: string;
  readonly runs: readonly Run[];
}

/** Something that was wanted of us. */
export interface Goal {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly ratio: string;
  readonly wanted: string;
  readonly met: boolean;
}

/** One benchmark's answer. */
export interface Result {
  readonly title: string;
  /** What was measured, in sentences. */
  readonly notes: readonly string[];
  readonly measurements: readonly Measurement[];
  readonly goals: readonly Goal[];
}

/** Our time against theirs, run by run. */
export function timeGoal(what: string, ours: readonly Run[], theirs: readonly Run[], atMost: number): Goal {
  const ratio = spreadOf(
    ours.map((run, round) => run.wallSeconds / (theirs[round]?.wallSeconds ?? Number.NaN)),
  );
  return {
    what,
    ours: seconds(wallOf(ours).median),
    theirs: seconds(wallOf(theirs).median),
    ratio: `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)} to ${ratio.max.toFixed(2)})`,
    wanted: `at most ${atMost} of theirs`,
    met: ratio.median <= atMost,
  };
}

/** Our largest peak. */
export function memoryGoal(what: string, ours: readonly Run[], atMostBytes: number): Goal {
  const { max } = spreadOf(ours.map(({ peakBytes }) => peakBytes));
  return {
    what,
    ours: megabytes(max),
    theirs: '',
    ratio: '',
    wanted: `at most ${megabytes(atMostBytes)}`,
    met: max <= atMostBytes,
  };
}

export function wallOf(runs: readonly Run[]): Spread {
  return spreadOf(runs.map(({ wallSeconds }) => wallSeconds));
}

export function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en')} MB`;
}
