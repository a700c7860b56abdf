import type * as z from 'zod';

/** Something wrong at a place of a file. */
export interface Mistake {
  readonly path: readonly PropertyKey[];
  /** What is wrong: a sentence whose subject is the place. */
  readonly what: string;
}

/** So many mistakes are told one by one. */
const MAX_TOLD = 100;
/** What is between dots and brackets in a path: anything else may be a secret in the wrong place. */
const PLAIN_STEP = /^[A-Za-z][-A-Za-z]{0,40}$/;
const LABEL_STEP = /^[-._/A-Za-z0-9]{1,317}$/;

export function toMistake({ path, message }: z.core.$ZodIssue): Mistake {
  return { path, what: message };
}

/** Names every mistake of a file with its place, in one line. */
export function tellMistakes(file: string, mistakes: readonly Mistake[]): string {
  const lines = new Set(
    mistakes.map(({ path, what }) => `${pathText(path)}${path.length > 0 ? ': ' : ''}${what}`),
  );
  const told = [...lines].slice(0, MAX_TOLD).join('; ');
  const more = lines.size > MAX_TOLD ? `; and ${lines.size - MAX_TOLD} more` : '';
  return `${file} has ${lines.size === 1 ? 'a mistake' : `${lines.size} mistakes`}: ${told}${more}`;
}

/** As `routes[0].match.causes[1]`. */
function pathText(path: readonly PropertyKey[]): string {
  const steps = path.map((step, index) => {
    if (typeof step === 'number') return `[${step}]`;
    const isPlain = (path[index - 1] === 'nodeLabels' ? LABEL_STEP : PLAIN_STEP).test(String(step));
    return `.${isPlain ? String(step) : '(not shown)'}`;
  });
  return steps.join('').replace(/^\./, '');
}
