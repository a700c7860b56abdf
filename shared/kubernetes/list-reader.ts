import type { ReadObject } from '../domain/evidence-objects.ts';
import { InputMalformedError } from '../errors/errors.ts';
import { createJsonObjectReader } from '../objects/json-objects.ts';
import type { ListEnd } from '../objects/object-sink.ts';
import type { ApiSession } from './api-session.ts';
import { ApiStatusError, NotKubernetesError } from './call-failure.ts';
import { type ListQuery, type PageRequest, pagePath } from './resources.ts';
import { type RetryContext, withRetries } from './retry.ts';

/** After how many expired lists the next one is read in one piece, so that it ends. Source: client-go `pager.go`. */
const EXPIRATIONS_BEFORE_WHOLE = 2;

/** What takes the objects of a list and keeps of them what it needs. */
export interface ListCollector {
  add(object: ReadObject): unknown;
}

/** All that reading one list needs. */
export interface ListReading<C extends ListCollector> extends RetryContext {
  /** Makes an empty collector: a list that has to be read again begins with another one. */
  readonly collect: () => C;
  readonly session: ApiSession;
  /** Objects a page, from 1 up; `undefined` for the whole list in one piece. */
  readonly pageSize: number | undefined;
  /** Told after every page how many objects of the list were read; starts again when the list does. */
  readonly progress: (objectsRead: number) => void;
}

/**
 * Reads one list, page by page. Objects count when their page was read whole, and are cut to their facts page by page.
 * When the server has forgotten the list that its pages are cut from (410), all of it is read again.
 *
 * @throws ApiStatusError, TransportError, NotKubernetesError, KubeConfigError
 */
export async function readList<C extends ListCollector>(
  query: ListQuery,
  reading: ListReading<C>,
): Promise<C> {
  const list = new ListRead(query, reading);
  while (await list.readPage());
  return list.collected;
}

class ListRead<C extends ListCollector> {
  collected: C;
  readonly #query: ListQuery;
  readonly #reading: ListReading<C>;
  #token: string | undefined;
  #expirations = 0;
  #count = 0;

  constructor(query: ListQuery, reading: ListReading<C>) {
    this.collected = reading.collect();
    this.#query = query;
    this.#reading = reading;
  }

  /** Reads the next page, or begins again; says whether there is more to read. */
  async readPage(): Promise<boolean> {
    const whole = this.#expirations >= EXPIRATIONS_BEFORE_WHOLE;
    const page = { limit: whole ? undefined : this.#reading.pageSize, token: this.#token };
    try {
      await withRetries(() => this.#tryPage(page), this.#reading);
    } catch (error) {
      if (whole || !(error instanceof ApiStatusError) || error.status !== 410) throw error;
      this.#expirations += 1;
      this.#token = undefined;
      return true;
    }
    this.#reading.progress(this.#count);
    if (this.#token !== undefined && this.#token === page.token)
      throw new NotKubernetesError('its pages have no end');
    return this.#token !== undefined;
  }

  async #tryPage(page: PageRequest): Promise<void> {
    if (page.token === undefined) this.#begin();
    // The first page begins the list and so needs no keeping back: a list in one piece may be large.
    const kept: ReadObject[] = [];
    const take = page.token === undefined ? (object: ReadObject) => this.#add(object) : kept.push.bind(kept);
    const end = await this.#fetch(page, take);
    for (const object of kept) this.#add(object);
    this.#token = end.continueToken;
  }

  #begin(): void {
    this.collected = this.#reading.collect();
    this.#count = 0;
  }

  #add(object: ReadObject): void {
    this.collected.add(object);
    this.#count += 1;
  }

  async #fetch(page: PageRequest, take: (object: ReadObject) => unknown): Promise<ListEnd> {
    const { session, signal } = this.#reading;
    const { resource } = this.#query;
    const ends: ListEnd[] = [];
    const reader = createJsonObjectReader(`the list of ${resource.name}`, {
      object: (object) => void take(object),
      kindSeen: () => undefined,
      listEnd: (list) => void ends.push(list),
    });
    try {
      await session.get(pagePath(this.#query, page), (chunk) => reader.write(chunk), signal);
      reader.end();
    } catch (cause) {
      if (!(cause instanceof InputMalformedError)) throw cause;
      throw new NotKubernetesError(cause.message, { cause });
    }
    const [end] = ends;
    if (end?.kind === `${resource.kind}List`) return end;
    throw new NotKubernetesError(`its answer is no list of ${resource.name}`);
  }
}
