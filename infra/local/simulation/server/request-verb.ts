import { methodNotAllowed } from '../api/api-status.ts';
import type { RequestFacts } from './faults.ts';
import type { ResourcePath } from './request-path.ts';

/**
 * What a method does to what a path names.
 *
 * @throws ApiStatusError 405
 */
export function verbOf(method: string, path: ResourcePath, query: URLSearchParams): RequestFacts['verb'] {
  const verb =
    path.name === undefined ? onCollection(method, isWatch(path, query)) : onObject(method, path, query);
  if (verb === undefined) throw methodNotAllowed();
  return verb;
}

function onCollection(method: string, watch: boolean): RequestFacts['verb'] | undefined {
  if (method === 'GET') return watch ? 'watch' : 'list';
  if (method === 'POST') return 'create';
  return method === 'DELETE' ? 'deletecollection' : undefined;
}

const ON_OBJECT: Readonly<Record<string, RequestFacts['verb']>> = {
  GET: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

function onObject(
  method: string,
  path: ResourcePath,
  query: URLSearchParams,
): RequestFacts['verb'] | undefined {
  const posts = path.subresource === 'binding' || path.subresource === 'eviction';
  if (posts) return method === 'POST' ? 'create' : undefined;
  if (method === 'GET' && path.subresource === undefined && isWatch(path, query)) return 'watch';
  return ON_OBJECT[method];
}

function isWatch({ watch }: ResourcePath, query: URLSearchParams): boolean {
  return watch || ['true', '1'].includes(query.get('watch') ?? '');
}
