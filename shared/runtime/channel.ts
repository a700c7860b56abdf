import type { IncidentPod, IncidentVmi } from '../domain/incidents/incident.ts';
import type { Message } from '../domain/notifications/message.ts';
import type { Intent } from '../domain/notifications/next-intent.ts';
import type { DurationMs, EpochMs } from '../domain/units.ts';
import type { ProductEvent } from '../events/product-event.ts';

/** Something to be told, once. */
export interface Notice {
  readonly intent: Intent;
  /** Whether the news is where remediation stands, which is then in the message. */
  readonly isAboutRemediation: boolean;
  readonly message: Message;
  /** The same as an event, for programs. A pure function of the incident's revision and intent. */
  readonly event: ProductEvent;
  /** The VMIs it is about, bounded: those that are there, and those that are gone. */
  readonly vmis: readonly IncidentVmi[];
  readonly launcherPods: readonly IncidentPod[];
  /** UID of the node; empty when it does not exist. */
  readonly nodeUid: string;
  readonly now: EpochMs;
}

/** What a channel is able to do: what the planning of notices rests on, and a row of the README's table. */
export interface ChannelAbilities {
  /** A later revision changes what was told before, so each is told. Others hear of a new state or a higher severity only. */
  readonly updates: 'in place' | 'as a new message' | 'no';
  /** What belongs to one incident is shown together. */
  readonly threads: boolean;
  /** The other side knows that it is over; else it is told with a message of its own. */
  readonly resolves: boolean;
  /** The other side drops what it gets twice: sending again after a crash does no harm. */
  readonly deduplicates: boolean;
  /** The receiver can prove who sent it. */
  readonly signed: boolean;
  /** Many nodes with one cause are one message; `false` for programs, which group by themselves. */
  readonly storms: boolean;
  /** It is told what is done about an incident; `false` for programs, to which the events of remediation say it. */
  readonly remediation: boolean;
  /** What is open has to be told again so often, or the other side takes it for over. */
  readonly keepAliveMs: DurationMs | undefined;
}

/** The other side's answer. */
export interface Receipt {
  /** What `previous` of the next notice of this incident will be: the message's id there. At most 1,000 characters. */
  readonly externalId: string | undefined;
}

/** Somebody, or something, that is told of incidents. */
export interface Channel {
  /** As the configuration names it: never a URL or token. */
  readonly name: string;
  readonly abilities: ChannelAbilities;
  /**
   * Tells one notice. What was told before under `previous` is updated where the channel can. Tries again by itself what
   * may pass, within seconds.
   *
   * @param previous - `externalId` of the last receipt for this incident
   * @throws ChannelUnavailableError when it may pass, ChannelRefusedError when it will not without somebody's doing
   */
  send(notice: Notice, previous: string | undefined): Promise<Receipt>;
}
