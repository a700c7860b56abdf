import { ApiStatusError, badRequest, invalid } from './api-status.ts';
import { type FieldMatch, parseFieldSelector } from './field-selector.ts';
import type { KubeObject } from './kube-object.ts';
import { type LabelMatch, parseLabelSelector } from './label-selector.ts';
import type { ResourceType } from './resource-type.ts';

/** Which objects a list or a watch is about. */
export interface Selection {
  readonly type: ResourceType;
  /** `undefined`: those of all namespaces. */
  readonly namespace: string | undefined;
  readonly matches: (object: KubeObject) => boolean;
  /** Whether a selector narrows it, in which case a list does not say how many items are left. */
  readonly selective: boolean;
}

/** The parameters of a list. */
export interface ListQuery extends Selection {
  /** 0 for all at once. */
  readonly limit: number;
  readonly continueToken: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly exact: boolean;
}

/**
 * Reads the selectors of a query.
 *
 * @throws ApiStatusError 400
 */
export function readSelection(
  type: ResourceType,
  place: { readonly namespace: string | undefined; readonly name: string | undefined },
  query: URLSearchParams,
): Selection {
  const { namespace, name } = place;
  const labels: LabelMatch = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields: FieldMatch = parseFieldSelector(query.get('fieldSelector') ?? '', type);
  return {
    type,
    namespace,
    matches: (object) =>
      (namespace === undefined || object.metadata.namespace === namespace) &&
      (name === undefined || object.metadata.name === name) &&
      labels(object.metadata.labels) &&
      fields(object),
    selective: Boolean(query.get('labelSelector') || query.get('fieldSelector')),
  };
}

/** @throws ApiStatusError 400 or 422 */
export function readListQuery(selection: Selection, query: URLSearchParams): ListQuery {
  const match = query.get('resourceVersionMatch');
  const resourceVersion = query.get('resourceVersion') || undefined;
  if (match !== null && resourceVersion === undefined) throw forbiddenMatch();
  const limit = Number(query.get('limit') ?? 0);
  if (!Number.isSafeInteger(limit))
    throw badRequest(`strconv.ParseInt: parsing "${query.get('limit')}": invalid syntax`);
  const continueToken = query.get('continue') || undefined;
  return { ...selection, limit, continueToken, resourceVersion, exact: match === 'Exact' };
}

function forbiddenMatch(): ApiStatusError {
  const message = 'Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided';
  return invalid(LIST_OPTIONS, '', { reason: 'FieldValueForbidden', message, field: 'resourceVersionMatch' });
}

const LIST_OPTIONS = { group: 'meta.k8s.io', kind: 'ListOptions', custom: false } as ResourceType;

/** Reads a resource version; `undefined` for none. @throws ApiStatusError 500, as this server says it */
export function readVersion(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  const message = `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`;
  throw new ApiStatusError(500, '', message);
}
