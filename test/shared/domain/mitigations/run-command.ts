import type { NodePlacement } from '../../../../shared/domain/placement-objects.ts';

/** Reads and carries out mitigation commands on objects, written apart from the code that makes them. */

const WORD = String.raw`(?:[-\w./:=@%+,]|'[^']*'|\\.)+`;

/** Splits a command as a POSIX shell does: plain words, single quotes, escapes. @throws when it has anything else */
export function shellWords(command: string): readonly string[] {
  if (!new RegExp(`^${WORD}(?: ${WORD})*$`).test(command))
    throw new SyntaxError(`not only plain and quoted words: ${command}`);
  return [...command.matchAll(new RegExp(WORD, 'g'))].map(([word]) =>
    word.replaceAll(/'([^']*)'|\\(.)/g, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''),
  );
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** The patch of a `kubectl patch` command. */
export function patchOf(command: string): readonly Operation[] {
  const words = shellWords(command);
  return JSON.parse(words[words.indexOf('-p') + 1] ?? '') as Operation[];
}

/** Applies a JSON Patch (RFC 6902) strictly. @throws when an operation does not apply or a test fails */
export function applyPatch<T extends object>(object: T, operations: readonly Operation[]): T {
  const root = { document: structuredClone(object) as unknown };
  for (const { op, path, value } of operations) {
    const steps = path.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop() ?? '';
    const parent = steps.slice(1).reduce<unknown>(child, root.document);
    applyTo(parent, op, last, value);
  }
  return root.document as T;
}

function child(parent: unknown, step: string): unknown {
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, step))
    throw new RangeError(`there is no ${step}`);
  return (parent as Record<string, unknown>)[step];
}

type Container = Record<string, unknown>;

function applyTo(parent: unknown, op: string, last: string, value: unknown): void {
  if (typeof parent !== 'object' || parent === null) throw new RangeError(`${last} has no parent`);
  const old = op === 'add' ? undefined : child(parent, last);
  if (op === 'test') {
    if (JSON.stringify(old) !== JSON.stringify(value)) throw new RangeError(`the test of ${last} fails`);
    return;
  }
  if (Array.isArray(parent)) applyToList(parent, op, last, value);
  else if (op === 'remove') delete (parent as Container)[last];
  else (parent as Container)[last] = value;
}

function applyToList(list: unknown[], op: string, last: string, value: unknown): void {
  const index = last === '-' ? list.length : Number(last);
  if (op === 'remove') list.splice(index, 1);
  else list.splice(index, op === 'add' ? 0 : 1, value);
}

/** The labels of a `kubectl label node` command. @throws when it is none */
export function labelsOf(command: string): Readonly<Record<string, string>> {
  const [kubectl, label, node, , ...rest] = shellWords(command);
  if (kubectl !== 'kubectl' || label !== 'label' || node !== 'node')
    throw new SyntaxError(`not a label command: ${command}`);
  const pairs = rest.filter((word) => word !== '--overwrite');
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']));
}

/** Placement terms, for tables. */
export const required = (
  ...nodeSelectorTerms: NonNullable<
    NonNullable<
      NonNullable<
        NonNullable<NodePlacement['affinity']>['nodeAffinity']
      >['requiredDuringSchedulingIgnoredDuringExecution']
    >['nodeSelectorTerms']
  >
) => ({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } });
