import type { CauseCode } from '../causes/cause.ts';
import type { IncidentState, Severity } from '../incidents/incident.ts';
import type { EpochMs } from '../units.ts';

/** A line of a message: what it is, and what it says. Neither has markup or line breaks. */
export interface MessageFact {
  readonly label: string;
  readonly value: string;
}

/** A list of a message, already cut to what people read; `more` says how many are left out. */
export interface MessageList {
  readonly title: string;
  readonly items: readonly string[];
  readonly more: number;
}

export interface MessageLink {
  readonly label: string;
  readonly url: string;
}

/** A command that would help, with what it does. */
export interface MessageCommand {
  readonly summary: string;
  /** One line for a POSIX shell. */
  readonly command: string;
}

/** Where remediation stands. */
export interface MessageRemediation {
  /** Such as `Waiting 2`: what kind of news, of which run. */
  readonly stage: string;
  /** The news in a line: what a chat shows beside the message. */
  readonly headline: string;
}

/**
 * What is told of one incident, or of many that share a cause, in no channel's markup: channels lay it out, escape it
 * and cut it to their limits, from the bottom, with a notice. Every text is one line without control characters.
 */
export interface Message {
  /** `<uid of the record>.<episode>`: the same for all that is told of one incident, whatever changes. */
  readonly key: string;
  /** The incident's revision. */
  readonly revision: number;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly cause: CauseCode;
  readonly cluster: string;
  /** The node; of a storm the node whose incident leads it. */
  readonly node: string;
  /** How many nodes it is about: more than one is a storm. */
  readonly nodeCount: number;
  /** Since when the verdict behind the state holds. */
  readonly since: EpochMs;
  /** When it was resolved. */
  readonly endedAt: EpochMs | undefined;
  /** Whether it ended badly: VMs were lost. */
  readonly isBadEnd: boolean;
  /** At most 150 characters: also a subject line. */
  readonly title: string;
  /** Sentences: the cause; when it is over, how it ended and how long it took. */
  readonly sentences: readonly string[];
  readonly facts: readonly MessageFact[];
  /** The most important first: what is cut first is at the end. */
  readonly lists: readonly MessageList[];
  /** The first mitigation. */
  readonly help: MessageCommand | undefined;
  /** `undefined` when there is nothing to say of it, and of a storm. */
  readonly remediation: MessageRemediation | undefined;
  readonly links: readonly MessageLink[];
}
