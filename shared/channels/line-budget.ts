import type { Message, MessageList } from '../domain/notifications/message.ts';
import { clip } from '../domain/notifications/plain-line.ts';

/**
 * What is left of the room of a payload. Lines are taken from the top of a message; from the first that does not fit, the rest
 * is cut, so that nothing is missing in between.
 */
export class LineBudget {
  #left: number;
  readonly #costOf: (line: string) => number;
  #cut = 0;

  /** @param room - what all lines may cost together */
  constructor(room: number, costOf: (line: string) => number) {
    this.#left = room;
    this.#costOf = costOf;
  }

  /** Those that fit. */
  take(lines: readonly string[]): readonly string[] {
    const taken = lines.filter((line) => this.#fits(line));
    this.#cut += lines.length - taken.length;
    return taken;
  }

  /** How many lines did not fit. */
  get cut(): number {
    return this.#cut;
  }

  #fits(line: string): boolean {
    this.#left -= this.#costOf(line);
    if (this.#left >= 0) return true;
    this.#left = Number.NEGATIVE_INFINITY;
    return false;
  }
}

/** What a list says below its title. */
export function itemsOf({ items, more }: MessageList): readonly string[] {
  return more > 0 ? [...items, `and ${more} more`] : items;
}

/** Longest pointer to the rest. */
const MAX_POINTER_LENGTH = 500;

/** What stands where lines were cut, and where the rest is. */
export function describeCut(lines: number, message: Message): string {
  const link = message.links.find(({ label }) => label === 'Incident')?.url;
  const command = message.facts.find(({ label }) => label === 'Incident')?.value;
  const place = clip(link ?? command ?? "the incident's record", MAX_POINTER_LENGTH);
  return `… cut: ${lines} more ${lines === 1 ? 'line' : 'lines'}; see ${place}`;
}

/** Stands for a command that does not fit whole: a part of a command is another command. */
export const COMMAND_LEFT_OUT = 'The command cannot be shown here whole: the incident has it.';
