import { subdomainError } from '../placement/label-syntax.ts';

const PLAIN = /^[A-Za-z0-9_./:=@%+,][-A-Za-z0-9_./:=@%+,]*$/;

/**
 * Writes a POSIX shell command: a word that a shell could read otherwise is put in single quotes, where nothing is
 * special but the quote itself (POSIX.1-2017, Shell Command Language, 2.2.2).
 */
export function shellCommand(...words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  if (PLAIN.test(word) || /^--?[a-z][-a-z]*(?:=[-A-Za-z0-9_./:=,]*)?$/.test(word)) return word;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Tells whether a name can stand in a command as a word of its own. An API server lets no other name in, but a dump
 * can say anything, and a name that starts with a dash would be an option.
 */
export function isCommandName(name: string | undefined): name is string {
  return name !== undefined && subdomainError(name) === undefined;
}
