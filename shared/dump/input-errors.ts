import { FunctionError, InputMalformedError, InputUnreadableError } from '../errors/errors.ts';

/** The command that makes a complete dump. */
export const DUMP_COMMAND = 'kubectl get nodes,pods,daemonsets,vmis,kubevirts -A -o json > dump.json';

const FETCH_AGAIN = 'Copy or download it again, and compare its size with the original.';

/** A name as it can be printed: file and member names may hold line ends and terminal commands. */
export function shown(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const printable = name.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return printable === '' ? '""' : printable;
}

const FILE_PROBLEMS: Readonly<Record<string, readonly [what: (name: string) => string, remedy: string]>> = {
  ENOENT: [(name) => `no such file or directory: ${name}`, 'Check the path.'],
  ENOTDIR: [(name) => `no such file or directory: ${name}`, 'Check the path: a part of it is a file.'],
  EACCES: [(name) => `cannot read ${name}: permission denied`, 'Make it readable for you.'],
  EPERM: [(name) => `cannot read ${name}: permission denied`, 'Make it readable for you.'],
  ELOOP: [(name) => `cannot read ${name}: its symbolic links lead in a circle`, 'Name the real file.'],
  EISDIR: [(name) => `cannot read ${name}: it is a directory`, 'Name it with -f, not by redirection.'],
  ENXIO: [(name) => `cannot read ${name}: it is a socket or a device`, 'Name a file, a directory or a pipe.'],
  EIO: [(name) => `cannot read ${name}: the disk or file system failed`, 'Copy it from a good disk.'],
  EMFILE: [(name) => `cannot read ${name}: too many open files`, 'Raise the limit with `ulimit -n`.'],
};

/** Translates what the file system says; anything else is passed on as it is. */
export function fileError(name: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === undefined || cause instanceof FunctionError) return cause;
  const [what, remedy] = FILE_PROBLEMS[code] ?? [
    () => `cannot read ${name}: ${code}`,
    'Check the file and its disk.',
  ];
  return new InputUnreadableError(what(name), remedy, { cause });
}

/** Translates what zlib says; anything else is passed on as it is. */
export function gzipError(name: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === 'Z_BUF_ERROR') {
    return new InputMalformedError(`${name} is a truncated gzip file`, FETCH_AGAIN, { cause });
  }
  if (code?.startsWith('Z_') !== true) return cause;
  return new InputMalformedError(`${name} is a corrupt gzip file`, FETCH_AGAIN, { cause });
}

/** Translates what tar-stream says: it has no codes, so the caller makes sure that the error is its own. */
export function tarError(name: string, cause: unknown): InputMalformedError {
  const damage = String(cause).includes('Unexpected end of data') ? 'truncated' : 'corrupt';
  return new InputMalformedError(`${name} is a ${damage} tar archive`, FETCH_AGAIN, { cause });
}

/** The same error with the remedy for a file that was found in a directory or archive, not named. */
export function asFoundFile(cause: unknown): unknown {
  if (!(cause instanceof InputMalformedError)) return cause;
  const remedy = 'Repair or remove that file, or name the good ones with -f.';
  return new InputMalformedError(cause.message, remedy, { cause });
}

function codeOf(cause: unknown): string | undefined {
  const code = (cause as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
