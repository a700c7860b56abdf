import { EventInvalidError, FunctionError } from '../errors/errors.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';
import type { Parsed } from './parse-events.ts';
import { statusOf } from './status-of.ts';

interface Failure {
  readonly index: number;
  readonly error: unknown;
}

/** As many places in the batch as a reason names. */
const MAX_NAMED = 10;

/**
 * Handles all events of a batch, also after one has failed. A batch is delivered again as a whole, so what may pass counts
 * more than what is final.
 *
 * @throws the bug, if one met one (all of them as an AggregateError); else the failure that may pass; else EventInvalidError,
 *   which names the places of the events that were refused
 */
export async function handleBatch(
  batch: readonly Parsed[],
  handle: (event: IncomingEvent) => Promise<unknown>,
): Promise<void> {
  const outcomes = await Promise.all(batch.map((each, index) => attempt(each, index, handle)));
  const failures = outcomes.filter((outcome) => outcome !== undefined);
  const bugs = failures.filter(({ error }) => !(error instanceof FunctionError));
  if (bugs.length === 1) throw bugs[0]?.error;
  if (bugs.length > 1) {
    throw new AggregateError(
      bugs.map(({ error }) => error),
      `${bugs.length} events of a batch met a bug`,
    );
  }
  const passing = failures.find(({ error }) => statusOf(error as FunctionError) === 503);
  if (passing !== undefined) throw passing.error;
  const [first] = failures;
  if (first !== undefined) throw refusal(first.error as FunctionError, failures, batch.length);
}

async function attempt(
  each: Parsed,
  index: number,
  handle: (event: IncomingEvent) => Promise<unknown>,
): Promise<Failure | undefined> {
  if ('error' in each) return { index, error: each.error };
  try {
    await handle(each.event);
    return undefined;
  } catch (error) {
    return { index, error };
  }
}

function refusal(first: FunctionError, failures: readonly Failure[], size: number): EventInvalidError {
  const named = failures.slice(0, MAX_NAMED).map(({ index }) => index);
  const more = failures.length > named.length ? ` and ${failures.length - named.length} more` : '';
  return new EventInvalidError(
    `of the ${size} events of the batch, counted from 0, ${named.join(', ')}${more} cannot be accepted; the first of these: ${first.message}`,
    first.remedy,
    { cause: first },
  );
}
