import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { DurationMs } from '../domain/units.ts';
import { SinkUnavailableError } from '../errors/errors.ts';
import type { EventSink } from '../runtime/ports.ts';
// It brings the SDK, which takes a while to load: whoever may never publish loads this file when it does.
import { encodeEvent } from './encode-event.ts';
import { createSinkCall, type SinkMessage } from './sink-call.ts';

export interface HttpSinkOptions {
  /** `K_SINK`: http or https. Credentials in it are sent, and named nowhere. */
  readonly url: URL;
  /** Extensions that are added to every event, `K_CE_OVERRIDES`; they win. */
  readonly extensions?: Readonly<Record<string, string>>;
  /** How long one event may take, its retries included. */
  readonly timeoutMs: DurationMs;
  /** `K_CA_CERTS`: certificates that are trusted, as PEM. */
  readonly caCerts?: string | undefined;
  /** What whoever runs it can do when it is not reached. */
  readonly remedy?: string;
  /** Waits before a retry; a test does not. */
  readonly wait?: (delayMs: number) => Promise<void>;
}

/** Two quick ones, for a connection that was just closed or a broker that restarts; the outbox does the rest, later. */
const RETRY_DELAYS_MS = [50, 200] as const;
const REMEDY =
  'It stays in the record and is published later; check that K_SINK is right and that the sink runs.';
/** As Knative's senders: all other answers stay what they are. Source: knative/eventing, facts of the broker. */
const MAY_PASS = new Set([404, 408, 409, 429]);

/** The sink answered something else than 2xx. */
class SinkStatusError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** Sends our events to one URL, in binary mode: what brokers filter by is then in headers. */
export function createHttpSink(options: HttpSinkOptions): EventSink {
  const { url, extensions = {}, timeoutMs, remedy = REMEDY, wait = (delayMs) => sleep(delayMs) } = options;
  const call = createSinkCall(url, options.caCerts);

  async function once(message: SinkMessage, signal: AbortSignal): Promise<void> {
    const status = await call(message, signal);
    if (status < 200 || status > 299) throw new SinkStatusError(status);
  }

  return {
    async publish(event) {
      const message = encodeEvent({ ...event, ...extensions });
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        await pRetry(() => once(message, signal), {
          retries: RETRY_DELAYS_MS.length,
          minTimeout: 0,
          signal,
          async shouldRetry({ error, attemptNumber }) {
            if (!mayPass(error)) return false;
            await wait(RETRY_DELAYS_MS[attemptNumber - 1] ?? 0);
            return !signal.aborted;
          },
        });
      } catch (cause) {
        const reason = signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(cause);
        throw new SinkUnavailableError(
          `the sink ${url.protocol}//${url.host}${url.pathname} does not accept an event: ${reason}`,
          remedy,
          { cause },
        );
      }
    },
  };
}

function mayPass(error: Error): boolean {
  return !(error instanceof SinkStatusError) || MAY_PASS.has(error.status) || error.status >= 500;
}

/** Never the text of a foreign error, which may repeat the URL. */
function reasonOf(error: unknown): string {
  if (error instanceof SinkStatusError) return `it answers ${error.status}`;
  const { code } = error as { code?: unknown };
  return REASONS[String(code)] ?? `the connection fails (${typeof code === 'string' ? code : 'unknown'})`;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection is closed before the answer',
  EPIPE: 'the connection is closed before the answer',
  ENOTFOUND: 'DNS does not know the name',
  EAI_AGAIN: 'DNS does not answer',
};
