/**
 * Tells whether a text is what a pattern says: `*` is any text, also none, `?` is any one character, everything else is
 * itself. Takes no more steps than both lengths multiplied, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let from = 0;
  while (from < text.length) {
    const token = pattern[at];
    if (token === '*') {
      star = at;
      at += 1;
      resume = from;
    } else if (token === '?' || token === text[from]) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      resume += 1;
      from = resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
