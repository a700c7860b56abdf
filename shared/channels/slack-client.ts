// Only its types: the SDK is loaded when it is needed, by slack-web-client.ts.
import type { FetchFunction, WebClient } from '@slack/web-api';
import type { DurationMs } from '../domain/units.ts';
import { FunctionError } from '../errors/errors.ts';
import { refused, unavailable } from './channel-errors.ts';
import { type ChannelAnswer, callChannel } from './http-call.ts';

export interface SlackClientOptions {
  /** The channel's name, for errors. */
  readonly name: string;
  readonly token: string;
  readonly timeoutMs: DurationMs;
  /** Slack's own unless told. */
  readonly apiUrl?: string | undefined;
}

/** What Slack says of a call that it did not carry out, such as `message_not_found`. */
export class SlackAnswerError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`Slack answers ${code}`);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Codes that may pass. Source: Slack's reference of chat.postMessage and chat.update, errors. */
const MAY_PASS = new Set([
  'fatal_error',
  'internal_error',
  'message_limit_exceeded',
  'rate_limited',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

/**
 * Makes Slack's own client, which calls as all channels do: it neither tries again nor logs, follows no redirect and keeps
 * no more of an answer than they do.
 */
export async function createSlackClient(options: SlackClientOptions): Promise<WebClient> {
  const { newWebClient } = await import('./slack-web-client.ts');
  const { token, apiUrl } = options;
  return newWebClient(token, {
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
    allowAbsoluteUrls: false,
    fetch: fetchBy(options),
    logger: silent(),
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
  });
}

/** One call to Slack. @throws SlackAnswerError when Slack answers that it did not, else the errors of a channel */
export async function askSlack<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translate(error);
  }
}

/** What becomes of Slack's answer when nothing else can be done about it. */
export function failureOf(name: string, error: unknown): unknown {
  if (!(error instanceof SlackAnswerError)) return error;
  const reason = `Slack answers ${error.code}`;
  return MAY_PASS.has(error.code) ? unavailable(name, reason) : refused(name, reason);
}

function translate(error: unknown): unknown {
  const { original, data } = error as {
    readonly original?: unknown;
    readonly data?: { readonly error?: unknown };
  };
  if (original instanceof FunctionError) return original;
  return typeof data?.error === 'string' ? new SlackAnswerError(data.error) : error;
}

function fetchBy({ name, timeoutMs }: SlackClientOptions): FetchFunction {
  return async (url, { headers = {}, body } = {}) => {
    // The SDK sends forms as text; only files are sent otherwise, and none is.
    if (typeof body !== 'string') throw new TypeError('a call to Slack has no body');
    const answer = await callChannel(name, { url: String(url), headers, body, timeoutMs });
    if (!isSlackAnswer(answer.text)) throw unavailable(name, 'what answers is not Slack');
    return toResponse(String(url), answer);
  };
}

/** An object that says whether it was done, and if not, why by a code: its text is repeated, so it has to be one. */
function isSlackAnswer(text: string): boolean {
  try {
    const { ok, error } = JSON.parse(text) as { readonly ok?: unknown; readonly error?: unknown };
    return ok === true || (ok === false && typeof error === 'string' && /^[a-z][a-z_]{0,99}$/.test(error));
  } catch {
    return false;
  }
}

function toResponse(url: string, { headers, text }: ChannelAnswer): Awaited<ReturnType<FetchFunction>> {
  return {
    ok: true,
    // The SDK takes nothing else for an answer.
    status: 200,
    statusText: '',
    url,
    headers,
    arrayBuffer: async () => new TextEncoder().encode(text).buffer as ArrayBuffer,
    json: async () => JSON.parse(text) as unknown,
    text: async () => text,
  };
}

/** The SDK would write to the console, tokens and all. */
function silent(): NonNullable<ConstructorParameters<typeof WebClient>[1]>['logger'] & object {
  const nothing = (): void => undefined;
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    setLevel: nothing,
    // The SDK's enumeration is not loaded for one value that nobody reads.
    getLevel: () => 'error' as never,
    setName: nothing,
  };
}
