import { createHash } from 'node:crypto';
import { MAX_ID_LENGTH } from './event-attributes.ts';

/**
 * The id of an event of ours that follows from somebody else's: the same for the same, another for another. Theirs are of
 * any length and have any characters, so one that is too long ends with a digest of the whole.
 *
 * @param prefix - what sort of event it is
 * @param of - the id of the other event; with its `source` where senders may use the same ids
 */
export function derivedId(prefix: string, of: { readonly id: string; readonly source?: string }): string {
  const whole =
    of.source === undefined
      ? `${prefix}.${of.id}`
      : // No dot is left in the id, so that it is known where the source ends.
        `${prefix}.${encoded(of.source)}.${of.id.replaceAll(/[%.]/g, hex)}`;
  // What is as long as one that was cut is cut as well: nobody can make up an id that is the same.
  if (whole.length < MAX_ID_LENGTH - 1) return whole;
  // As JSON, which tells halves of surrogate pairs apart; in UTF-8 all of them are the same.
  const digest = createHash('sha256').update(JSON.stringify(whole)).digest('hex');
  const beginning = whole.slice(0, MAX_ID_LENGTH - 1 - digest.length).replace(/[\ud800-\udbff]$/, '');
  return `${beginning}.${digest}`;
}

/** As `encodeURIComponent`, which fails for half of a surrogate pair. */
function encoded(text: string): string {
  return Array.from(text, (it) => (/\p{Surrogate}/u.test(it) ? hex(it) : encodeURIComponent(it))).join('');
}

function hex(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
