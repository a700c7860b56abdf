/** How different two words may be for the one to be meant by the other. */
const MAX_EDITS = 2;

/**
 * The word that was probably meant: that needs the fewest edits (a character more, less, other, or two swapped), at most
 * two and fewer than half of what was written; capitals count for nothing.
 */
export function nearest(written: string, words: readonly string[]): string | undefined {
  const limit = Math.min(MAX_EDITS, Math.ceil(written.length / 2) - 1);
  // What is much longer is no slip: it is not compared at all.
  const candidates = words
    .filter((word) => Math.abs(word.length - written.length) <= limit)
    .map((word) => ({ word, edits: editsBetween(written.toLowerCase(), word.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit);
  return candidates.toSorted((a, b) => a.edits - b.edits)[0]?.word;
}

/** The distance of Damerau and Levenshtein, in which no part is edited twice. */
function editsBetween(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      next[column] = Math.min(
        at(last, column) + 1,
        at(next, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = next;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
