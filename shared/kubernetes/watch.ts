import { setTimeout as sleep } from 'node:timers/promises';
import { type DurationMs, durationMs } from '../domain/units.ts';
import type { ApiClient } from './api-client.ts';
import { ApiStatusError } from './call-failure.ts';
import { KnownObjects, type ObjectChange } from './known-objects.ts';
import { readPages, withQuery } from './object-pages.ts';
import { readWatchLines, type WatchLine } from './watch-lines.ts';

/** What is watched: one resource, cut down on the server. */
export interface WatchQuery {
  readonly apiVersion: string;
  readonly kind: string;
  /** The path of its list. */
  readonly path: string;
  readonly labelSelector?: string | undefined;
}

/** What became of a watch, for a log. Each is told once until the next one differs. */
export type WatchState =
  /** All that exists was told; changes are told as they come. */
  | { readonly kind: 'watching' }
  /** The server does not serve the resource (404), as before KubeVirt is installed; or forbids it (403). */
  | { readonly kind: 'refused'; readonly status: number }
  /** It broke and is tried again. */
  | { readonly kind: 'broken'; readonly error: unknown };

export interface WatchOptions {
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Takes one change. No further one is read until it has resolved. What it throws ends the watch. */
  readonly onEvent: (change: ObjectChange) => unknown;
  readonly onState?: ((state: WatchState) => void) | undefined;
  /** How long the server may say nothing. Default 130 s: bookmarks come about once a minute. */
  readonly silenceMs?: DurationMs | undefined;
  /** Waits; a test does not. */
  readonly wait?: ((delay: DurationMs, signal: AbortSignal) => Promise<void>) | undefined;
  /** From 0 to below 1, for the jitter. */
  readonly random?: (() => number) | undefined;
}

const DEFAULT_SILENCE_MS = durationMs(130_000);
/** The server ends a watch after five to ten minutes, so that not all of them end at once. Source: client-go `reflector.go`. */
const SHORTEST_WATCH_SECONDS = 300;
/** The wait after the first failure, and the longest one; as client-go, but an operator waits for KubeVirt to appear. */
const BASE_DELAY_MS = 800;
const LONGEST_DELAY_MS = 30_000;
const LONGEST_DELAY_WHEN_REFUSED_MS = 10_000;

/**
 * Lists a resource and watches it until the signal ends it: what exists is told first, then every change, and after
 * a loss (a restart of the server, a compaction) what changed meanwhile, deletions too. Nothing is told twice, but what
 * came back to an older state in between may never be told. It resolves when the signal is aborted.
 *
 * @throws what `onEvent` throws; failures of the server are waited out
 */
export async function watchResource(
  client: ApiClient,
  query: WatchQuery,
  options: WatchOptions,
): Promise<void> {
  const watch = new ResourceWatch(client, query, options);
  while (!options.signal.aborted) await watch.step();
}

/** Marks what the taker of changes throws, which is no failure of the server. */
class TakerError extends Error {
  constructor(cause: unknown) {
    super('the taker of changes failed', { cause });
    this.name = 'TakerError';
  }
}

class ResourceWatch {
  readonly #client: ApiClient;
  readonly #options: WatchOptions;
  readonly #path: string;
  readonly #known: KnownObjects;
  /** Where to go on; `undefined` when all has to be read again. */
  #from: string | undefined;
  #failures = 0;
  #told = '';

  constructor(client: ApiClient, query: WatchQuery, options: WatchOptions) {
    this.#client = client;
    this.#options = options;
    this.#known = new KnownObjects(query);
    const { path, labelSelector } = query;
    this.#path = withQuery(path, labelSelector === undefined ? {} : { labelSelector });
  }

  /** Lists, or watches until the watch ends; waits when that failed. */
  async step(): Promise<void> {
    try {
      if (this.#from === undefined) await this.#list();
      else await this.#watch(this.#from);
    } catch (error) {
      if (this.#options.signal.aborted) return;
      if (error instanceof TakerError) throw error.cause;
      await this.#recover(error);
    }
  }

  async #list(): Promise<void> {
    const { signal } = this.#options;
    const call = (path: string) => this.#client.call({ method: 'GET', path }, signal);
    this.#from = await readPages(this.#path, call, {
      begin: () => this.#known.beginList(),
      page: async (items) => {
        for (const item of items) await this.#tell(this.#known.takeItem(item));
      },
    });
    for (const change of this.#known.endList()) await this.#tell(change);
  }

  async #watch(from: string): Promise<void> {
    const { signal, silenceMs = DEFAULT_SILENCE_MS, random = Math.random } = this.#options;
    const path = withQuery(this.#path, {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: from,
      timeoutSeconds: String(Math.floor(SHORTEST_WATCH_SECONDS * (1 + random()))),
    });
    this.#say({ kind: 'watching' });
    let heard = false;
    const take = async (line: WatchLine): Promise<void> => {
      heard = true;
      // An error is an answer too, and must not make the next one come at once.
      if (line.type !== 'ERROR') this.#failures = 0;
      await this.#take(line);
    };
    await this.#client.stream(path, readWatchLines(take), signal, silenceMs);
    // A watch that ends at once, every time, must not become a loop.
    if (!heard) await this.#wait(BASE_DELAY_MS);
  }

  async #take({ type, object }: WatchLine): Promise<void> {
    if (type === 'ERROR') {
      this.#from = undefined;
      throw new ApiStatusError(object.code ?? 500, {});
    }
    if (type !== 'BOOKMARK') await this.#tell(this.#known.take(type, object));
    // Only after it was told: what was not told is asked for again.
    this.#from = object.metadata.resourceVersion;
  }

  async #tell(change: ObjectChange | undefined): Promise<void> {
    if (change === undefined) return;
    this.#options.signal.throwIfAborted();
    try {
      await this.#options.onEvent(change);
    } catch (error) {
      throw new TakerError(error);
    }
  }

  async #recover(error: unknown): Promise<void> {
    const status = error instanceof ApiStatusError ? error.status : 0;
    // 410: the server has forgotten what came before. 404: the resource is gone, and may come back as another one.
    if (status === 410 || status === 404) this.#from = undefined;
    if (status === 410 && this.#failures === 0) {
      this.#failures = 1;
      return;
    }
    const refused = status === 404 || status === 403;
    this.#say(
      refused ? { kind: 'refused', status } : { kind: 'broken', error: this.#client.translate(error) },
    );
    const longest = refused ? LONGEST_DELAY_WHEN_REFUSED_MS : LONGEST_DELAY_MS;
    const delay = Math.min(longest, BASE_DELAY_MS * 2 ** this.#failures);
    this.#failures += 1;
    await this.#wait(delay);
  }

  /** Half of the wait is fixed and half is chance, so that many watches do not come back at once. */
  async #wait(delay: number): Promise<void> {
    const { signal, random = Math.random, wait = pause } = this.#options;
    await wait(durationMs(delay * (0.5 + random() / 2)), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  #say(state: WatchState): void {
    const what = state.kind === 'refused' ? `${state.kind} ${state.status}` : state.kind;
    if (what === this.#told) return;
    this.#told = what;
    this.#options.onState?.(state);
  }
}

async function pause(delay: DurationMs, signal: AbortSignal): Promise<void> {
  await sleep(delay, undefined, { signal });
}
