import { randomInt, randomUUID } from 'node:crypto';

/** No vowels and nothing that looks like another character. Source: apimachinery `pkg/util/rand/rand.go`. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;

/** A name that begins so and that no other object has, as `generateName` asks for. */
export function generateName(prefix: string): string {
  return `${prefix}${Array.from({ length: SUFFIX_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')}`;
}

export function generateUid(): string {
  return randomUUID();
}
