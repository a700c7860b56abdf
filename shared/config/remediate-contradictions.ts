import { readLoosely } from './loose-file.ts';
import type { Mistake } from './mistakes.ts';
import { wrongWindows } from './notify-contradictions.ts';
import { duplicates } from './notify-references.ts';

const WINDOWS = 'maintenanceWindows';

/**
 * What is wrong between the parts of the file: `Auto` without a budget, windows of one name or that end before they begin.
 *
 * @param value - the file's object; may be wrong in any other way
 */
export function remediateContradictions(value: object): readonly Mistake[] {
  const file: Readonly<Record<string, unknown>> = { ...value };
  const { muteWindows: windows } = readLoosely({ muteWindows: file[WINDOWS] });
  return [...autoWithoutBudget(file), ...duplicates(WINDOWS, windows), ...wrongWindows(WINDOWS, windows)];
}

/** Whoever lets a program write has to say how much: a default would be somebody else's guess. */
function autoWithoutBudget(file: Readonly<Record<string, unknown>>): readonly Mistake[] {
  if (file['budget'] !== undefined) return [];
  const automatic = [
    ...(file['mode'] === 'Auto' ? [['mode']] : []),
    ...['steps', 'causes'].flatMap((part) => autosOf(file[part]).map((name) => [part, name])),
  ];
  return automatic.map((path) => ({
    path,
    what: 'is Auto without a budget (allowed: Auto with budget.nodes and budget.percent)',
  }));
}

function autosOf(modes: unknown): readonly string[] {
  if (typeof modes !== 'object' || modes === null) return [];
  return Object.entries(modes).flatMap(([name, mode]) => (mode === 'Auto' ? [name] : []));
}
