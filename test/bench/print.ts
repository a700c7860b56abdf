import columnify from 'columnify';
import { describeMachine } from './machine.ts';
import { type Run, spreadOf } from './measure.ts';
import { type Goal, type Measurement, megabytes, type Result, seconds, wallOf } from './results.ts';

interface Rows {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export type Layout = 'terminal' | 'markdown';

/** The machine, then for each benchmark its notes, its measurements and its goals. */
export function printed(results: readonly Result[], layout: Layout): string {
  const table = layout === 'markdown' ? markdownTable : terminalTable;
  const heading = (text: string) => (layout === 'markdown' ? `### ${text}` : text.toUpperCase());
  const sections = results.map(({ title, notes, measurements, goals }) =>
    [heading(title), notes.join('\n'), table(measurementRows(measurements)), table(goalRows(goals))].join(
      '\n\n',
    ),
  );
  const machine = table({ head: ['machine', ''], rows: describeMachine() });
  return `${[machine, ...sections].join('\n\n')}\n`;
}

function measurementRows(measurements: readonly Measurement[]): Rows {
  return {
    head: ['command', 'runs', 'time: median', 'min', 'max', 'CPU time: median', 'peak memory: max'],
    rows: measurements.map(({ what, runs }) => {
      const wall = wallOf(runs);
      return [
        what,
        `${runs.length}`,
        ...[wall.median, wall.min, wall.max].map(seconds),
        cpuOf(runs),
        peakOf(runs),
      ];
    }),
  };
}

function cpuOf(runs: readonly Run[]): string {
  return seconds(spreadOf(runs.map(({ cpuSeconds }) => cpuSeconds)).median);
}

function peakOf(runs: readonly Run[]): string {
  return megabytes(spreadOf(runs.map(({ peakBytes }) => peakBytes)).max);
}

function goalRows(goals: readonly Goal[]): Rows {
  return {
    head: ['goal', 'ours', 'theirs', 'ratio (min to max)', 'wanted', 'met'],
    rows: goals.map(({ what, ours, theirs, ratio, wanted, met }) => [
      what,
      ours,
      theirs,
      ratio,
      wanted,
      met ? 'yes' : 'NO',
    ]),
  };
}

function terminalTable({ head, rows }: Rows): string {
  const named = rows.map((row) => Object.fromEntries(head.map((title, index) => [title, row[index] ?? ''])));
  return columnify(named, { columnSplitter: '  ', headingTransform: (title) => title });
}

function markdownTable({ head, rows }: Rows): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
