import type { DurationMs } from '../domain/units.ts';
import { durationMs } from '../domain/units.ts';
import { ChannelRefusedError, ChannelUnavailableError } from '../errors/errors.ts';

/** One request to the other side of a channel. The URL may be a secret: it is named nowhere. */
export interface ChannelCall {
  readonly url: string;
  readonly method?: 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as it is sent, byte for byte: it may be signed. */
  readonly body: string;
  readonly timeoutMs: DurationMs;
  /** Hosts (`name` or `name:port`) to which the other side may redirect; none unless told, and then only by 307 and 308. */
  readonly redirectHosts?: readonly string[];
}

export interface ChannelAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The first ANSWER_BYTES of the body. */
  readonly text: string;
}

/** As much of an answer is read. */
const ANSWER_BYTES = 64 * 1_024;
const MAX_REDIRECTS = 3;
/** `Retry-After` beyond this is taken for this. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Calls the other side of a channel over HTTP, and says what came of it.
 *
 * @param channel - its name, for errors
 * @throws ChannelUnavailableError on 408, 425, 429 (with Retry-After), 5xx, a network error or a timeout; ChannelRefusedError on everything
 *   else that is no 2xx, redirects that are not allowed included
 */
export async function callChannel(channel: string, call: ChannelCall): Promise<ChannelAnswer> {
  const signal = AbortSignal.timeout(call.timeoutMs);
  let { url } = call;
  for (let hop = 0; ; hop += 1) {
    const answer = await exchange(channel, { ...call, url }, signal);
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status < 300 || answer.status >= 400) throw failureOf(channel, answer);
    url = redirectTarget(channel, answer, { ...call, url, hop });
  }
}

async function exchange(channel: string, call: ChannelCall, signal: AbortSignal): Promise<ChannelAnswer> {
  const { url, method = 'POST', headers = {}, body, timeoutMs } = call;
  try {
    const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await textOf(response) };
  } catch (cause) {
    const reason = signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : networkReason(cause);
    throw unavailable(channel, reason, { cause });
  }
}

/** Not more than ANSWER_BYTES, whatever the other side sends. */
async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= ANSWER_BYTES) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, ANSWER_BYTES));
}

function failureOf(channel: string, { status, headers }: ChannelAnswer): Error {
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return unavailable(channel, `it answers ${status}`, { retryAfterMs: retryAfterOf(headers) });
  return refused(channel, `it answers ${status}`);
}

function redirectTarget(
  channel: string,
  { status, headers }: ChannelAnswer,
  { url, hop, redirectHosts = [] }: ChannelCall & { readonly hop: number },
): string {
  const location = headers.get('location') ?? '';
  const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
  const allowed = target !== undefined && redirectHosts.includes(target.host);
  if (!allowed || hop >= MAX_REDIRECTS || (status !== 307 && status !== 308))
    throw refused(channel, `it redirects (${status}), which is not followed`);
  return target.href;
}

/** Seconds or a date. Source: RFC 9110, section 10.2.3. */
function retryAfterOf(headers: Headers): DurationMs | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isNaN(waitMs) ? undefined : durationMs(Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS));
}

/** Never the text of a foreign error, which may repeat the URL. */
function networkReason(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  return `the connection fails (${typeof cause?.code === 'string' ? cause.code : 'unknown'})`;
}

function unavailable(
  channel: string,
  reason: string,
  failure: { readonly cause?: unknown; readonly retryAfterMs?: DurationMs | undefined },
): ChannelUnavailableError {
  return new ChannelUnavailableError(
    `channel ${channel} does not take a notice: ${reason}`,
    'It is tried again with every tick; check that its address is right and that it runs.',
    failure,
  );
}

function refused(channel: string, reason: string): ChannelRefusedError {
  return new ChannelRefusedError(
    `channel ${channel} refuses a notice: ${reason}`,
    "Check the channel's address, token and settings.",
  );
}
