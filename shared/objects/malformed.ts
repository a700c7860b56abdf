import { InputMalformedError } from '../errors/errors.ts';

/** A place in the text. Lines and columns count from 1, bytes from 0. */
export interface Position {
  readonly line: number;
  readonly column?: number | undefined;
  readonly byte?: number | undefined;
}

const SAVE_AGAIN =
  'Save it again with `kubectl get KINDS -A -o json > FILE`, and check that nothing else writes into the file.';

/** Says where, as in `byte 4711 (line 120, column 5)` or `line 120`. */
export function positionText({ byte, line, column }: Position): string {
  const place = column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
  return byte === undefined ? place : `byte ${byte} (${place})`;
}

/** The error for broken text at a position. */
export function brokenText(
  source: string,
  position: Position,
  what: string,
  cause?: unknown,
): InputMalformedError {
  return new InputMalformedError(`${source}, ${positionText(position)}: ${what}`, SAVE_AGAIN, { cause });
}

/** The error for text that stops too early. */
export function cutShort(source: string, position: Position, middleOf: string): InputMalformedError {
  return new InputMalformedError(
    `${source} ends in the middle of ${middleOf}, at ${positionText(position)}`,
    'The text is incomplete: save it again, and check the disk space and that the command ended without an error.',
  );
}

/**
 * The error for a YAML list without a kind. Cut off between two items it is still good YAML; but kubectl and must-gather
 * write keys in alphabetical order, so that a whole one has its `kind` behind the items.
 */
export function listCutShort(source: string, position: Position): InputMalformedError {
  return new InputMalformedError(
    `${source}, ${positionText(position)}: the list that begins here ends without its kind, so its end is missing`,
    'The text is incomplete: save it again, and check the disk space and that the command ended without an error.',
  );
}

/** The error for an object that is not what the Kubernetes API would send. */
export function wrongObject(source: string, position: Position, what: string): InputMalformedError {
  return new InputMalformedError(
    `${source}, ${positionText(position)}: ${what}`,
    'Correct it if it was written by hand; else save it again with `kubectl get KINDS -A -o json > FILE`.',
  );
}

/** The error for a text that would need too much memory. */
export function tooLarge(source: string, position: Position, what: string): InputMalformedError {
  return new InputMalformedError(
    `${source}, ${positionText(position)}: ${what}`,
    'No Kubernetes object is that large: check what the file holds, or leave it out.',
  );
}

/** The error for a text in another encoding; `undefined` when its first two bytes do not show one. */
export function wrongEncoding(
  source: string,
  first: number | undefined,
  second: number | undefined,
): InputMalformedError | undefined {
  const marks = ((first ?? 0) << 8) | (second ?? 0);
  if (marks !== 0xfffe && marks !== 0xfeff) return undefined;
  return new InputMalformedError(
    `${source} is UTF-16, not UTF-8`,
    'PowerShell writes UTF-16 with `>`: save it again with `| Out-File -Encoding utf8`, or convert it with iconv.',
  );
}
