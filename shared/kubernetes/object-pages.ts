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

/** Takes a list page by page. */
export interface PageSink {
  /** The list begins, or begins again: what its pages told before does not count. */
  begin(): void;
  /** Takes the items of a page, as they were sent; the next page is asked for when it has resolved. */
  page(items: readonly unknown[]): unknown;
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
 * @returns the resourceVersion from which a watch goes on
 * @throws ApiStatusError for other refusals, NotKubernetesError for no list; what `call` and the sink throw
 */
export async function readPages(
  path: string,
  call: (path: string) => Promise<ApiAnswer>,
  sink: PageSink,
): Promise<string> {
  for (let expirations = 0; ; expirations += 1) {
    const limit = expirations < EXPIRATIONS_BEFORE_WHOLE ? { limit: String(PAGE_SIZE) } : undefined;
    sink.begin();
    const resourceVersion = await readOnce(
      async (token) => call(withQuery(path, { ...limit, ...token })),
      sink,
    );
    if (resourceVersion !== 'expired') return resourceVersion;
    if (limit === undefined) throw new ApiStatusError(410, {});
  }
}

async function readOnce(
  call: (token: { readonly continue?: string }) => Promise<ApiAnswer>,
  sink: PageSink,
): Promise<string> {
  let token: string | undefined;
  for (;;) {
    const { status, body } = await call(token === undefined ? {} : { continue: token });
    if (status === 410) return 'expired';
    const page = toPage(status, body);
    await sink.page(page.items);
    if (page.token === undefined) return page.resourceVersion;
    if (page.token === token) throw new NotKubernetesError('its pages have no end');
    token = page.token;
  }
}

/** Adds to a path what it asks for. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  if (text === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${text}`;
}

interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  readonly token: string | undefined;
}

function toPage(status: number, body: unknown): Page {
  if (status !== 200) throw new ApiStatusError(status, {});
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
