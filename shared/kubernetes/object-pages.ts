import type { ApiAnswer } from './api-session.ts';
import { ApiStatusError, NotKubernetesError } from './call-failure.ts';

/** An object of the API, whole, as JSON has it. */
export interface RawObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** A list that was read whole. */
export interface RawList {
  /** As they were sent: the items of a typed list may not say what they are. */
  readonly items: readonly unknown[];
  /** Where a watch goes on. */
  readonly resourceVersion: string;
}

/** As kubectl. */
const PAGE_SIZE = 500;
/** After how many expired lists the next one is read in one piece, so that it ends. Source: client-go `pager.go`. */
const EXPIRATIONS_BEFORE_WHOLE = 2;

/**
 * Reads a list of whole objects page by page, and all of it again when its pages have expired (410).
 *
 * @param path - of the list, with its selectors
 * @param call - makes one GET, and again while that may help
 * @throws ApiStatusError for other refusals, NotKubernetesError for no list; what `call` throws
 */
export async function readPages(path: string, call: (path: string) => Promise<ApiAnswer>): Promise<RawList> {
  for (let expirations = 0; ; expirations += 1) {
    const limit = expirations < EXPIRATIONS_BEFORE_WHOLE ? PAGE_SIZE : undefined;
    const list = await readOnce(path, limit, call);
    if (list !== 'expired') return list;
  }
}

async function readOnce(
  path: string,
  limit: number | undefined,
  call: (path: string) => Promise<ApiAnswer>,
): Promise<RawList | 'expired'> {
  const items: unknown[] = [];
  let token: string | undefined;
  for (;;) {
    const { status, body } = await call(withPage(path, limit, token));
    if (status === 410 && limit !== undefined) return 'expired';
    if (status !== 200) throw new ApiStatusError(status, {});
    const page = toPage(body);
    items.push(...page.items);
    if (page.token === undefined) return { items, resourceVersion: page.resourceVersion };
    if (page.token === token) throw new NotKubernetesError('its pages have no end');
    token = page.token;
  }
}

function withPage(path: string, limit: number | undefined, token: string | undefined): string {
  const query = new URLSearchParams();
  if (limit !== undefined) query.set('limit', String(limit));
  if (token !== undefined) query.set('continue', token);
  if (query.size === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${query}`;
}

function toPage(body: unknown): RawList & { readonly token: string | undefined } {
  const { metadata, items } = (body ?? {}) as {
    readonly metadata?: { readonly continue?: unknown; readonly resourceVersion?: unknown };
    readonly items?: unknown;
  };
  const { resourceVersion, continue: token } = metadata ?? {};
  if (typeof resourceVersion !== 'string' || (items != null && !Array.isArray(items)))
    throw new NotKubernetesError('its answer is no list');
  return {
    items: items ?? [],
    resourceVersion,
    token: typeof token === 'string' && token !== '' ? token : undefined,
  };
}
