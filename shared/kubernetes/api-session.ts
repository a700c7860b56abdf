import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions, request as requestHttps } from 'node:https';
import { createGunzip } from 'node:zlib';
import type { DurationMs } from '../domain/units.ts';
import { FunctionError } from '../errors/errors.ts';
import { ApiStatusError, NotKubernetesError, SILENT, TransportError } from './call-failure.ts';
import type { Connection } from './connection.ts';
import { isLoopback } from './environment-proxy.ts';

/** Takes the body of an answer as it comes. */
export type BodySink = (chunk: Uint8Array) => void;

/** The calls to one API server during one read; they share connections. */
export class ApiSession {
  /** Whether the server has ever answered. */
  reached = false;
  readonly #connection: Connection;
  readonly #requestTimeoutMs: DurationMs;
  readonly #secure: boolean;
  readonly #acceptGzip: boolean;
  #agent: HttpAgent | undefined;

  constructor(connection: Connection, requestTimeoutMs: DurationMs) {
    const { protocol, hostname } = new URL(connection.server);
    this.#connection = connection;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#secure = protocol === 'https:';
    // The API server packs answers over 128 KiB when asked to: that saves a slow line and only costs on loopback.
    this.#acceptGzip = !isLoopback(hostname);
  }

  /**
   * Gets a resource and hands on its body.
   *
   * @param path - path and query, below the server's own path
   * @param signal - ends the call with its reason
   * @throws TransportError when nothing comes for the time limit, or the connection fails
   * @throws ApiStatusError for every status but 200
   * @throws NotKubernetesError when the answer says that it is no JSON
   * @throws KubeConfigError when the credentials cannot be used
   */
  async get(path: string, onBody: BodySink, signal: AbortSignal): Promise<void> {
    const options = await this.#requestOptions();
    signal.throwIfAborted();
    const cut = new AbortController();
    const watchdog = setTimeout(() => cut.abort(new TransportError(SILENT)), this.#requestTimeoutMs);
    const onAbort = (): void => cut.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const response = await this.#send(path, { ...options, signal: cut.signal });
      this.reached = true;
      checkHead(response);
      for await (const chunk of unpacked(response)) {
        watchdog.refresh();
        onBody(chunk as Uint8Array);
      }
    } catch (error) {
      const reason = cut.signal.aborted ? cut.signal.reason : translate(error);
      cut.abort(reason);
      throw reason;
    } finally {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Ends every connection: nothing of the session keeps the process alive. */
  close(): void {
    this.#agent?.destroy();
  }

  async #requestOptions(): Promise<RequestOptions> {
    const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'kubevirt-orphans' };
    if (this.#acceptGzip) headers['accept-encoding'] = 'gzip';
    const options: RequestOptions = { headers, timeout: this.#requestTimeoutMs };
    await this.#connection.applyTo(options);
    this.#agent ??= this.#makeAgent(options);
    return { ...options, agent: this.#agent };
  }

  /** One agent for the session: that of the proxy if there is one, which the client library makes without keep-alive. */
  #makeAgent({ agent }: RequestOptions): HttpAgent {
    if (agent instanceof HttpAgent) return Object.assign(agent, { keepAlive: true });
    return this.#secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  }

  #send(path: string, options: RequestOptions): Promise<IncomingMessage> {
    const request = this.#secure ? requestHttps : requestHttp;
    return new Promise<IncomingMessage>((resolve, reject) => {
      request(`${this.#connection.server}${path}`, options, resolve).on('error', reject).end();
    }).catch((cause: unknown) => {
      throw new TransportError(codeOf(cause) ?? '', { cause });
    });
  }
}

function checkHead({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode !== 200) throw new ApiStatusError(statusCode, headers);
  const type = headers['content-type'];
  if (type !== undefined && !/^application\/json\b/i.test(type))
    throw new NotKubernetesError('its answer is no JSON');
}

function unpacked(response: IncomingMessage): AsyncIterable<unknown> {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  const gunzip = createGunzip();
  response.on('error', (error) => gunzip.destroy(error));
  return response.pipe(gunzip);
}

/** What has a code and is not ours comes from Node; what has none is a bug and stays as it is. */
function translate(error: unknown): unknown {
  if (error instanceof TransportError || error instanceof FunctionError) return error;
  const code = codeOf(error);
  return code === undefined ? error : new TransportError(code, { cause: error });
}

function codeOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : undefined;
}
