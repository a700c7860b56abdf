import { type EpochMs, formatTimestamp } from '../units.ts';
import { isMatch, type RouteMatch, type RouteSubject } from './route-match.ts';

/** Nobody is told of what it matches until a point in time. */
export interface Silence {
  readonly match: RouteMatch;
  /** When it begins; it has always been in force unless told. */
  readonly from: EpochMs | undefined;
  /** When it ends by itself: there is no silence without an end. */
  readonly until: EpochMs;
  /** Why. */
  readonly comment: string;
  readonly createdBy: string;
}

/** The silences in force that match. */
export function matchingSilences(
  silences: readonly Silence[],
  subject: RouteSubject,
  now: EpochMs,
): readonly Silence[] {
  return silences.filter(
    ({ match, from, until }) => (from === undefined || from <= now) && now < until && isMatch(match, subject),
  );
}

/** The silences that have ended: worth a warning, because somebody may rely on one. */
export function expiredSilences(silences: readonly Silence[], now: EpochMs): readonly Silence[] {
  return silences.filter(({ until }) => until <= now);
}

/** What to say of the silences that have ended, a sentence each. */
export function silenceWarnings(silences: readonly Silence[], now: EpochMs): readonly string[] {
  return expiredSilences(silences, now).map(
    ({ createdBy, comment, until }) =>
      `the silence of ${createdBy} (${comment}) ended at ${formatTimestamp(until)}: it holds back nothing and can be removed`,
  );
}
