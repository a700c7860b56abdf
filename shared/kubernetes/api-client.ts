import { type Clock, type DurationMs, durationMs } from '../domain/units.ts';
import { type ApiAnswer, type ApiRequest, ApiSession, type BodySink } from './api-session.ts';
import type { Connection } from './connection.ts';
import type { OnCall } from './describe-call.ts';
import type { ListCollector } from './list-reader.ts';
import { type ListOutcome, readLists } from './read-lists.ts';
import type { ListQuery } from './resources.ts';
import { type RetryPolicy, SERVED_RETRY_POLICY, withRetries } from './retry.ts';
import { translateFailure } from './translate-failure.ts';

export interface ApiClientOptions {
  readonly clock: Clock;
  /** How long the server may send nothing. Default 5 s: a handler answers within seconds. */
  readonly requestTimeoutMs?: DurationMs | undefined;
  /** What differs from the policy of served functions. */
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** Told about every call, also about one that is made again. */
  readonly onCall?: OnCall | undefined;
}

const DEFAULT_REQUEST_TIMEOUT_MS = durationMs(5_000);

/**
 * The API server as a served function has it: one session for as long as the process lives, connections kept alive,
 * few and quick retries, every failure one of the project's errors.
 */
export class ApiClient {
  readonly connection: Connection;
  readonly #session: ApiSession;
  readonly #clock: Clock;
  readonly #policy: RetryPolicy;
  readonly #requestTimeoutMs: DurationMs;

  constructor(connection: Connection, options: ApiClientOptions) {
    this.connection = connection;
    this.#clock = options.clock;
    this.#requestTimeoutMs = options.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
    this.#policy = { ...SERVED_RETRY_POLICY, ...options.retry };
    this.#session = new ApiSession(connection, this.#requestTimeoutMs, options.onCall);
  }

  /**
   * Makes a call about one object, or for one page. A write that broke off is made again too, so it must be conditional.
   *
   * @returns what the server says about the object, also when that is a refusal: 403, 404, 409, 410, 422
   * @throws KubeUnavailableError, KubeUnauthorizedError, KubeTlsError, KubeConfigError
   */
  async call(request: ApiRequest, signal: AbortSignal = new AbortController().signal): Promise<ApiAnswer> {
    try {
      return await withRetries(() => this.#session.send(request, signal), {
        policy: this.#policy,
        clock: this.#clock,
        signal,
        reached: () => this.#session.reached,
      });
    } catch (error) {
      throw this.translate(error);
    }
  }

  /**
   * Reads lists at once, each in one piece: they are cut down to one node or to a few objects.
   *
   * @throws KubeUnavailableError, KubeUnauthorizedError, KubeTlsError, KubeConfigError
   */
  async lists<C extends ListCollector>(
    queries: readonly ListQuery[],
    collect: () => C,
  ): Promise<ReadonlyMap<ListQuery, ListOutcome<C>>> {
    try {
      return await readLists(queries, {
        session: this.#session,
        collect,
        clock: this.#clock,
        pageSize: undefined,
        policy: this.#policy,
        reached: () => this.#session.reached,
        progress: () => undefined,
        signal: undefined,
      });
    } catch (error) {
      throw this.translate(error);
    }
  }

  /**
   * Follows an answer that has no end, such as a watch; once, without retries.
   *
   * @throws ApiStatusError, TransportError, NotKubernetesError, KubeConfigError: `translate` makes them ours
   */
  stream(path: string, onBody: BodySink, signal: AbortSignal, silenceMs: DurationMs): Promise<void> {
    return this.#session.get(path, onBody, signal, silenceMs);
  }

  /** Makes a failure of this room one of the project's errors. */
  translate(error: unknown): unknown {
    return translateFailure(error, this.connection, this.#requestTimeoutMs);
  }

  /** Ends every connection. */
  close(): void {
    this.#session.close();
  }
}
