import { describeTime } from '../../../shared/domain/notifications/wording.ts';
import type { RememberedChange } from '../../../shared/domain/remediation/undo.ts';
import type { Undone, UndoView } from '../../../shared/runtime/undo-changes.ts';
import { closedGateLines } from './plan-text.ts';
import { clean } from './table.ts';

/** What would be taken back, and what is against it. */
export function undoViewText(node: string, view: UndoView, color: boolean): string {
  if (view.changes.length === 0)
    return `${clean(node)}: nothing is remembered that would have to be taken back\n`;
  const obstacles = obstaclesTo(view, color);
  const verdict =
    obstacles.length === 0
      ? `every gate is open: \`kubevirt-orphans undo ${clean(node)} --apply\` takes it back`
      : 'it would not be taken back now:';
  const lines = [
    `${clean(node)}: what was put into the cluster, newest first`,
    ...view.changes.map(changeLine),
    verdict,
    ...obstacles,
  ];
  return `${lines.join('\n')}\n`;
}

/** What was taken back, and what is left and why. */
export function undoneText(node: string, { kind, changes, left, message }: Undone, color: boolean): string {
  const taken = changes.map(({ summary }) => `${clean(node)}: taken back: ${clean(summary)}`);
  if (kind === 'done') return `${[...taken, `${clean(node)}: nothing is left to take back`].join('\n')}\n`;
  const why = kind === 'failed' ? `the API server does not take it: ${clean(message)}` : 'it is refused:';
  const lines = [
    ...taken,
    `${clean(node)}: not taken back, ${why}`,
    ...left.changes.map(changeLine),
    ...(kind === 'refused' ? obstaclesTo(left, color) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function changeLine({ kept, summary, step, state }: RememberedChange): string {
  const by = step === '' ? `run ${kept.run}` : `${step}, run ${kept.run}`;
  const now = {
    made: '',
    partly: ', some of it is gone',
    absent: ', which is gone',
    gone: ', whose object is gone',
  }[state];
  return `  ${describeTime(kept.at)}  ${clean(summary)} (${by})${now}`;
}

function obstaclesTo({ gates, running }: UndoView, color: boolean): readonly string[] {
  const run =
    running === undefined
      ? []
      : [`  a plan is being carried out (${running}): it takes back its own changes if it fails`];
  return [...run, ...closedGateLines(gates, color)];
}
