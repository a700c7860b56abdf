import type { Hold } from '../../shared/domain/remediation/situation.ts';
import { type Clock, type DurationMs, durationMs, elapsedMs } from '../../shared/domain/units.ts';
import { FunctionError, KubeUnavailableError } from '../../shared/errors/errors.ts';
import type { Log } from '../../shared/runtime/ports.ts';
import type { LeaseLock } from '../../shared/runtime/remediation-ports.ts';

/**
 * For how long a leader that is not heard of still leads, how often it renews that, and after how long without success it gives up: before
 * anybody else may lead. Source: client-go leaderelection, as kube-controller-manager has them (15 s, 2 s, 10 s).
 */
const LEASE_MS: DurationMs = durationMs(15_000);
const RETRY_MS: DurationMs = durationMs(2_000);
const RENEW_DEADLINE_MS: DurationMs = durationMs(10_000);

export interface LeadershipOptions {
  readonly lock: LeaseLock;
  /** Who we are: another one in every process. */
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves after the time, or as soon as the signal is aborted. */
  readonly wait: (delayMs: DurationMs, signal: AbortSignal) => Promise<void>;
  /** Ends it, whether we lead or stand by. */
  readonly signal: AbortSignal;
}

/**
 * Stands by until nobody else leads, then does the work as long as we do. The Lease is given back when the work ends, so that the next one does
 * not have to wait for it to expire.
 *
 * @param work - gets a signal that is aborted when it has to end
 * @throws KubeUnavailableError when the lead was lost: whoever started us starts us again, to stand by. What the work throws
 */
export async function whileLeading(
  options: LeadershipOptions,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (!(await untilLeading(options))) return;
  options.log.info({ holder: options.holder }, 'leading');
  const ending = new AbortController();
  const end = (): void => ending.abort();
  options.signal.addEventListener('abort', end, { once: true });
  try {
    const renewing = renew(options, ending.signal).finally(end);
    const outcomes = await Promise.allSettled([renewing, work(ending.signal).finally(end)]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  } finally {
    options.signal.removeEventListener('abort', end);
    await options.lock.release(options.holder).catch((error: unknown) => tellFailure(options, error));
  }
}

/** Whether we lead now; not when we were asked to end before. */
async function untilLeading(options: LeadershipOptions): Promise<boolean> {
  const { wait, signal, log } = options;
  let leader: string | undefined;
  while (!signal.aborted) {
    const hold = await take(options);
    if (hold === undefined) return true;
    if (hold !== 'unknown' && hold.holder !== leader) {
      leader = hold.holder;
      log.info({ leader }, 'standing by');
    }
    await wait(RETRY_MS, signal);
  }
  return false;
}

/** Renews the lead until it is to end. @throws KubeUnavailableError when it is lost */
async function renew(options: LeadershipOptions, signal: AbortSignal): Promise<void> {
  const { wait, clock } = options;
  let renewedAt = clock.now();
  while (!signal.aborted) {
    await wait(RETRY_MS, signal);
    if (signal.aborted) return;
    const hold = await take(options);
    if (hold === undefined) renewedAt = clock.now();
    else if (hold !== 'unknown') throw lost(`${hold.holder} leads now`);
    else if (elapsedMs(renewedAt, clock.now()) >= RENEW_DEADLINE_MS)
      throw lost('it could not be renewed in time');
  }
}

/** `undefined`: we lead; who else does, or `unknown` when the Lease was not reached. */
function take(options: LeadershipOptions): Promise<Hold | 'unknown' | undefined> {
  const { lock, holder } = options;
  return lock.acquire(holder, LEASE_MS).catch((error: unknown) => tellFailure(options, error));
}

function tellFailure({ log }: LeadershipOptions, error: unknown): 'unknown' {
  if (!(error instanceof FunctionError)) throw error;
  log.warn({ code: error.code, reason: error.message }, 'the Lease of the leader was not reached');
  return 'unknown';
}

function lost(why: string): KubeUnavailableError {
  return new KubeUnavailableError(
    `the lead is lost: ${why}`,
    'Start it again: it stands by then. Nothing is lost, the new leader begins with an audit.',
  );
}
