/** What a bug exits with: no documented code, so that no script takes it for an answer. Source: BSD `sysexits.h`, EX_SOFTWARE */
export const EXIT_OF_BUG = 70;

/**
 * Ends the process with one line when something is thrown that nobody catches, a rejected promise included. Whoever started
 * it starts it again; what was accepted is in the records.
 *
 * @param program - its name, which begins the line
 */
export function endOnBug(program: string): void {
  process.once('uncaughtException', (error: unknown) => {
    process.stderr.write(bugLine(program, error));
    process.exit(EXIT_OF_BUG);
  });
}

/** One line that says what was thrown. */
export function bugLine(program: string, error: unknown): string {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `${program}: this is a bug, please report it (${what.replaceAll(/\s*[\r\n]+\s*/g, ' ')})\n`;
}
