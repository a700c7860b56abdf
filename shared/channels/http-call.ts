import { type Clock, type DurationMs, durationMs, epochMs } from '../domain/units.ts';
import { refused, unavailable } from './channel-errors.ts';

/** One request to the other side of a channel. The URL may be a secret: it is named nowhere. */
export interface ChannelCall {
  readonly url: string;
  readonly method?: 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as it is sent, byte for byte: it may be signed. */
  readonly body: string;
  readonly timeoutMs: DurationMs;
  /**
   * Hosts (`name`, or `name:port` where the port is not that of the scheme) to which the other side may redirect; none
   * unless told, and then only by 307 and 308, never from https to http.
   */
  readonly redirectHosts?: readonly string[];
  /** What a date in `Retry-After` is compared with; the system's unless told. */
  readonly clock?: Clock;
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

const SYSTEM_CLOCK: Clock = { now: () => epochMs(Date.now()) };

/**
 * Calls the other side of a channel over HTTP, and says what came of it. The status decides: what goes wrong with a body
 * after it is no failure, since what was taken must not be sent again.
 *
 * @param channel - its name, for errors
 * @throws ChannelUnavailableError on 408, 425, 429 (with Retry-After), 5xx, a network error or a timeout; ChannelRefusedError on everything
 *   else that is no 2xx, redirects that are not allowed and what cannot be sent at all included
 */
export async function callChannel(channel: string, call: ChannelCall): Promise<ChannelAnswer> {
  const signal = AbortSignal.timeout(call.timeoutMs);
  let { url } = call;
  for (let hop = 0; ; hop += 1) {
    const answer = await exchange(channel, { ...call, url }, signal);
    const { status, headers } = answer;
    if (status >= 200 && status < 300) return answer;
    const isRedirect = status >= 300 && status < 400 && headers.has('location');
    if (!isRedirect) throw failureOf(channel, answer, call.clock);
    url = redirectTarget(channel, answer, { ...call, url, hop });
  }
}

async function exchange(channel: string, call: ChannelCall, signal: AbortSignal): Promise<ChannelAnswer> {
  const request = requestOf(channel, call, signal);
  try {
    const response = await fetch(request);
    return { status: response.status, headers: response.headers, text: await textOf(response) };
  } catch (cause) {
    const reason = signal.aborted
      ? `no answer within ${call.timeoutMs / 1_000} s`
      : `the connection fails (${networkCodeOf(cause)})`;
    throw unavailable(channel, reason, { cause });
  }
}

/** Whatever can fail before anything is sent; what it says then repeats the address or a token, so it is not kept. */
function requestOf(channel: string, call: ChannelCall, signal: AbortSignal): Request {
  const { url, method = 'POST', headers = {}, body } = call;
  const isHttp = /^https?:/i.test(url);
  try {
    if (isHttp) return new Request(url, { method, headers, body, signal, redirect: 'manual' });
  } catch {
    // As if it were no address of the web.
  }
  throw refused(channel, 'its address, or a header, cannot be sent');
}

/** Not more than ANSWER_BYTES, whatever the other side sends, and as much as there is when it breaks off. */
async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= ANSWER_BYTES) break;
    }
  } catch {
    // The status has been said: that it was taken, or was not, is known.
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, ANSWER_BYTES));
}

function failureOf(channel: string, { status, headers }: ChannelAnswer, clock = SYSTEM_CLOCK): Error {
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return unavailable(channel, `it answers ${status}`, { retryAfterMs: retryAfterOf(headers, clock) });
  return refused(channel, `it answers ${status}`);
}

function redirectTarget(
  channel: string,
  { status, headers }: ChannelAnswer,
  { url, hop, redirectHosts = [] }: ChannelCall & { readonly hop: number },
): string {
  const location = headers.get('location') ?? '';
  const target = URL.canParse(location, url) ? new URL(location, url) : undefined;
  const isAllowed =
    (status === 307 || status === 308) &&
    hop < MAX_REDIRECTS &&
    target !== undefined &&
    (target.protocol === 'https:' || target.protocol === new URL(url).protocol) &&
    redirectHosts.some((host) => host.toLowerCase() === target.host);
  if (!isAllowed) throw refused(channel, `it redirects (${status}), which is not followed`);
  return target.href;
}

/** Seconds or a date. Source: RFC 9110, section 10.2.3. */
function retryAfterOf(headers: Headers, clock: Clock): DurationMs | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - clock.now();
  return Number.isNaN(waitMs) ? undefined : durationMs(Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS));
}

/** Such as ECONNREFUSED. Never the text of a foreign error, which may repeat the URL. */
function networkCodeOf(error: unknown): string {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  const found = cause?.code ?? code;
  return typeof found === 'string' ? found : 'unknown';
}
