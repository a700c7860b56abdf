import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https';
import type { DurationMs } from '../domain/units.ts';
import { bodyOf, mayBeJson, parseBody, refuseOtherThanJson } from './answer-body.ts';
import {
  ApiStatusError,
  codeOf,
  isPassingStatus,
  SILENT,
  TransportError,
  toTransportError,
} from './call-failure.ts';
import { CallTimer } from './call-timer.ts';
import type { Connection } from './connection.ts';
import type { OnCall } from './describe-call.ts';
import { isLoopback } from './environment-proxy.ts';
import { Watchdog } from './watchdog.ts';

/** Takes the body of an answer as it comes. When it answers with a promise, no more is read until that is settled. */
export type BodySink = (chunk: Uint8Array) => unknown;

/** A call about one object, or for one page of a list. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, below the server's own path. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Of the body; `application/json` unless told: a PATCH says which kind of patch it is. */
  readonly contentType?: string | undefined;
}

/** What the server says about what was asked: done, or why not. A failure of the server itself is an error. */
export interface ApiAnswer {
  readonly status: number;
  /** The body, if it is JSON: the object, the list, or a `Status`. */
  readonly body: unknown;
}

/** How long a connection may wait for its next call. Less than the 90 s after which the API server ends it. */
const IDLE_LIMIT_MS = 60_000;

/** The calls to one API server; they share connections. For one read, or for as long as a function is served. */
export class ApiSession {
  /** Whether the server has ever answered. */
  reached = false;
  readonly #connection: Connection;
  readonly #requestTimeoutMs: DurationMs;
  readonly #onCall: OnCall | undefined;
  readonly #secure: boolean;
  readonly #acceptGzip: boolean;
  #agent: HttpAgent | undefined;

  constructor(connection: Connection, requestTimeoutMs: DurationMs, onCall?: OnCall) {
    const { protocol, hostname } = new URL(connection.server);
    this.#connection = connection;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#onCall = onCall;
    this.#secure = protocol === 'https:';
    // The API server packs answers over 128 KiB when asked to: that saves a slow line and only costs on loopback.
    this.#acceptGzip = !isLoopback(hostname);
  }

  /**
   * Gets a resource and hands on its body.
   *
   * @param path - path and query, below the server's own path
   * @param signal - ends the call with its reason
   * @param silenceMs - for an answer without an end, such as a watch: how long it may be silent once it has begun; a
   *   longer silence ends it, as if the server had
   * @throws TransportError when nothing comes for the time limit, or the connection fails
   * @throws ApiStatusError for every status but 200
   * @throws NotKubernetesError when the answer says that it is no JSON
   * @throws KubeConfigError when the credentials cannot be used
   */
  async get(path: string, onBody: BodySink, signal: AbortSignal, silenceMs?: DurationMs): Promise<void> {
    await this.#exchange({ method: 'GET', path }, signal, async (response, watchdog) => {
      checkHead(response);
      if (silenceMs !== undefined) watchdog.allow(silenceMs);
      try {
        await passOn(response, onBody, watchdog);
      } catch (error) {
        if (silenceMs === undefined || !watchdog.barked) throw error;
      }
    });
  }

  /**
   * Sends a request about one object, or for one page, and reads the whole answer.
   *
   * @param signal - ends the call with its reason
   * @throws TransportError when nothing comes for the time limit, or the connection fails
   * @throws ApiStatusError for 401, 429 and 5xx, and when a web page comes back
   * @throws NotKubernetesError when what should be an object is no JSON
   * @throws KubeConfigError when the credentials cannot be used
   */
  async send(request: ApiRequest, signal?: AbortSignal): Promise<ApiAnswer> {
    return this.#exchange(request, signal, async (response, watchdog) => {
      const { statusCode: status = 0, headers } = response;
      const failure = new ApiStatusError(status, headers);
      if (status === 401 || isPassingStatus(status) || failure.isPage) throw failure;
      const chunks: Uint8Array[] = [];
      for await (const chunk of bodyOf(response)) {
        watchdog.refresh();
        chunks.push(chunk);
      }
      if (status < 300) refuseOtherThanJson(response);
      return { status, body: mayBeJson(response) ? parseBody(chunks) : undefined };
    });
  }

  /** Ends every connection: nothing of the session keeps the process alive. */
  close(): void {
    this.#agent?.destroy();
  }

  async #exchange<T>(
    request: ApiRequest,
    signal: AbortSignal | undefined,
    take: (response: IncomingMessage, watchdog: Watchdog) => Promise<T>,
  ): Promise<T> {
    const options = await this.#requestOptions(request);
    signal?.throwIfAborted();
    const cut = new AbortController();
    const watchdog = new Watchdog(() => cut.abort(new TransportError(SILENT)), this.#requestTimeoutMs);
    const onAbort = (): void => cut.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    const timer = new CallTimer(request, this.#onCall);
    try {
      const response = await this.#request(request, { ...options, signal: cut.signal });
      this.reached = true;
      timer.answered(response.statusCode ?? 0);
      return await take(response, watchdog);
    } catch (error) {
      if (!(error instanceof ApiStatusError)) timer.broken();
      const reason = cut.signal.aborted ? cut.signal.reason : toTransportError(error);
      cut.abort(reason);
      throw reason;
    } finally {
      timer.end();
      watchdog.stop();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #requestOptions({ method, body, contentType }: ApiRequest): Promise<RequestOptions> {
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'kubevirt-orphans' };
    if (this.#acceptGzip) headers['accept-encoding'] = 'gzip';
    if (body !== undefined) headers['content-type'] = contentType ?? 'application/json';
    const options: RequestOptions = { method, headers, timeout: this.#requestTimeoutMs };
    await this.#connection.applyTo(options);
    this.#agent ??= this.#makeAgent(options);
    return { ...options, agent: this.#agent };
  }

  /** One agent for the session: that of the proxy if there is one, which the client library makes without keep-alive. */
  #makeAgent({ agent }: RequestOptions): HttpAgent {
    if (agent instanceof HttpAgent) return Object.assign(agent, { keepAlive: true });
    const kept = { keepAlive: true, timeout: IDLE_LIMIT_MS };
    return this.#secure ? new HttpsAgent(kept) : new HttpAgent(kept);
  }

  #request({ path, body }: ApiRequest, options: RequestOptions): Promise<IncomingMessage> {
    const request = this.#secure ? requestHttps : requestHttp;
    // With its length told: Node sends the body of a DELETE in chunks otherwise, and some proxies drop that.
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = payload === undefined ? {} : { 'content-length': payload.length };
    const complete = { ...options, headers: { ...options.headers, ...headers } } as RequestOptions;
    return new Promise<IncomingMessage>((resolve, reject) => {
      request(`${this.#connection.server}${path}`, complete, resolve).on('error', reject).end(payload);
    }).catch((cause: unknown) => {
      throw new TransportError(codeOf(cause) ?? '', { cause });
    });
  }
}

function checkHead(response: IncomingMessage): void {
  const { statusCode = 0, headers } = response;
  if (statusCode !== 200) throw new ApiStatusError(statusCode, headers);
  refuseOtherThanJson(response);
}

async function passOn(response: IncomingMessage, onBody: BodySink, watchdog: Watchdog): Promise<void> {
  for await (const chunk of bodyOf(response)) {
    watchdog.refresh();
    const taken = onBody(chunk);
    if (taken instanceof Promise) await watchdog.asleep(taken);
  }
}
