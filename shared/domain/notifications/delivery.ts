import type { CauseCode } from '../causes/cause.ts';
import type { IncidentState, Severity } from '../incidents/incident.ts';
import type { EpochMs } from '../units.ts';

/** What a channel heard last. */
export interface Told {
  readonly state: IncidentState;
  readonly severity: Severity;
  /** The incident's revision; of a storm a number that changes with the nodes in it. */
  readonly revision: number;
  /** How many nodes it was about. */
  readonly nodes: number;
  /** How often it was told that it is open: more than once when it came back within the episode. */
  readonly openings: number;
  /** Where remediation stood, such as `Waiting 2`; `undefined` when nothing was said of it. */
  readonly remediation?: string | undefined;
  readonly at: EpochMs;
}

/** What a channel did not take. */
export interface DeliveryFailure {
  /** A code of the list of errors. */
  readonly code: string;
  /** Tries since the last time that it was taken. */
  readonly attempts: number;
  /** The revision that could not be told, of which `notification.failed` was published. */
  readonly revision: number;
  readonly at: EpochMs;
  /** The other side asked to be left alone until then. */
  readonly notBefore: EpochMs | undefined;
}

/** Many nodes that share a cause and are told of together. */
export interface Storm {
  readonly cause: CauseCode;
  /** When the first of them was opened. */
  readonly since: EpochMs;
}

/** What one channel was told of one episode: kept in the incident's record, so that nothing is told twice. */
export interface Delivery {
  /** The channel's name in the configuration. */
  readonly channel: string;
  readonly episode: number;
  /** `undefined` when nothing was told yet. */
  readonly told: Told | undefined;
  /** What the channel knows the message by. */
  readonly externalId: string | undefined;
  /** Somebody is telling it: nobody else does before. */
  readonly claimedUntil: EpochMs | undefined;
  readonly failure: DeliveryFailure | undefined;
  /** Set where this delivery tells of a storm. */
  readonly storm: Storm | undefined;
  /** The node whose delivery tells of this incident too: both are in one storm. */
  readonly leader: string | undefined;
}

/** Nothing told yet. */
export function newDelivery(channel: string, episode: number): Delivery {
  return {
    channel,
    episode,
    told: undefined,
    externalId: undefined,
    claimedUntil: undefined,
    failure: undefined,
    storm: undefined,
    leader: undefined,
  };
}

/** Whether a channel still takes it for open. */
export function isUnfinished({ told }: Delivery): boolean {
  return told !== undefined && told.state !== 'Resolved';
}

/**
 * The deliveries with one of them put in. Those of earlier episodes are dropped, unless a channel still takes them for
 * open: a storm may outlive the episode of the node that leads it.
 */
export function withDelivery(deliveries: readonly Delivery[], changed: Delivery): readonly Delivery[] {
  const isSame = (it: Delivery) => it.channel === changed.channel && it.episode === changed.episode;
  const kept = deliveries.filter(
    (it) => !isSame(it) && (it.episode >= changed.episode || (it.storm !== undefined && isUnfinished(it))),
  );
  return [...kept, changed].sort((a, b) =>
    a.channel < b.channel ? -1 : a.channel > b.channel ? 1 : a.episode - b.episode,
  );
}
