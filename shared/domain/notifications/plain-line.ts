/**
 * What would break a line or a layout, or show something else than what is there: control characters, line separators,
 * and all of Unicode's format characters, among them bidirectional overrides and zero-width ones; lone surrogates too.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/**
 * Makes one line of a text that somebody else may have written: what cannot be printed becomes a space, spaces become one.
 *
 * @param maxLength - most UTF-16 code units, from 1 up; what is longer ends with "…"
 */
export function plainLine(text: string, maxLength: number): string {
  return clip(text.replaceAll(UNPRINTABLE, ' ').replaceAll(/\s+/gu, ' ').trim(), maxLength);
}

/** Whether a text is one line that shows all it says. */
export function isPlainLine(text: string): boolean {
  return text.search(UNPRINTABLE) === -1;
}

/**
 * Cuts a text, never within a character.
 *
 * @param maxLength - most UTF-16 code units, from 1 up; what is longer ends with "…"
 */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, maxLength - 1);
  // Half a character is none.
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
