import { badRequest, noSuchResource, notFound } from '../api/api-status.ts';
import type { DeleteOptions } from '../api/deletion.ts';
import { isObject, type JsonObject, type KubeObject, valueAt } from '../api/kube-object.ts';
import { listObjects } from '../api/list.ts';
import { readListQuery, readSelection } from '../api/list-query.ts';
import type { SimulatedApi, Target, WriteOptions } from '../api/simulated-api.ts';
import { applyPatch } from '../patches/apply-patch.ts';
import { shown, stored, storedType } from './event-view.ts';
import type { RequestFacts } from './faults.ts';
import type { ResourcePath } from './request-path.ts';

/** One request about a resource, read so far. */
export interface ResourceRequest {
  readonly verb: RequestFacts['verb'];
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  /** Without its parameters. */
  readonly contentType: string;
  readonly body: unknown;
}

/** What is answered. */
export interface Answer {
  readonly code: number;
  readonly body: JsonObject;
}

/**
 * Does what a request asks for, a watch excepted.
 *
 * @throws ApiStatusError for whatever the server refuses
 */
export function answerRequest(api: SimulatedApi, request: ResourceRequest): Answer {
  const { path, verb } = request;
  const { body, code = 200 } = answer(api, request);
  if (verb !== 'list') return { code, body: shown(path.type, body) };
  const items = body['items'] as readonly JsonObject[];
  return { code, body: { ...body, items: items.map((item) => shown(path.type, item)) } };
}

function answer(
  api: SimulatedApi,
  request: ResourceRequest,
): { readonly code?: number; readonly body: JsonObject } {
  const { verb, path, query, body } = request;
  switch (verb) {
    case 'list':
      return { body: listObjects(api.store, readListQuery(readSelection(path.type, path, query), query)) };
    case 'create':
      if (path.subresource !== undefined) return { code: 201, body: postToPod(api, request) };
      return {
        code: 201,
        body: json(
          api.create({ ...path, type: storedType(path.type) }, stored(path.type, body), options(query, body)),
        ),
      };
    case 'update':
      return {
        body: json(
          api.update(targetOf(path), () => stored(path.type, body), { ...options(query, body), whole: true }),
        ),
      };
    case 'patch':
      return { body: patch(api, request) };
    case 'delete':
      return { body: api.delete(targetOf(path), deleteOptions(query, body), options(query, body)) };
    case 'deletecollection':
      return { body: deleteAll(api, request) };
    case 'get':
      return { body: json(api.get(targetOf(path))) };
    case 'watch':
    case 'other':
      throw noSuchResource();
  }
}

const json = (object: KubeObject): JsonObject => object as unknown as JsonObject;

function targetOf({ type, namespace, name = '', subresource }: ResourcePath): Target {
  if (subresource !== undefined && subresource !== 'status') throw noSuchResource();
  if (subresource === 'status' && !type.status) throw type.custom ? notFound(type, name) : noSuchResource();
  return { type: storedType(type), namespace, name, subresource };
}

/** Whether it is a dry run, which a deletion says in its body. */
function options(query: URLSearchParams, body: unknown): WriteOptions {
  const asked = valueAt(body, ['dryRun']);
  const dryRun = query.getAll('dryRun').includes('All') || (Array.isArray(asked) && asked.includes('All'));
  return { dryRun };
}

function deleteOptions(query: URLSearchParams, body: unknown): DeleteOptions {
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  return {
    ...(isObject(body) ? (body as DeleteOptions) : {}),
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== null && { propagationPolicy: policy }),
  };
}

function patch(api: SimulatedApi, { path, query, contentType, body }: ResourceRequest): JsonObject {
  const change = (current: KubeObject): unknown => {
    const view = shown(path.type, json(current));
    return stored(path.type, applyPatch(contentType, path.type, { object: view, patch: body }));
  };
  return json(api.update(targetOf(path), change, options(query, undefined)));
}

function deleteAll(api: SimulatedApi, { path, query, body }: ResourceRequest): JsonObject {
  const { type, namespace } = path;
  const selection = readSelection(type, path, query);
  const found = api.list(type, namespace).filter(selection.matches);
  for (const { metadata } of found) {
    const target = { type: storedType(type), namespace: metadata.namespace, name: metadata.name };
    api.delete(target, deleteOptions(query, body), options(query, body));
  }
  return { kind: `${type.kind}List`, apiVersion: type.version, metadata: {}, items: found };
}

const SUCCESS: JsonObject = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

/** A binding, or an eviction, which no disruption budget refuses here. */
function postToPod(api: SimulatedApi, { path, query, body }: ResourceRequest): JsonObject {
  const { type, namespace, name = '', subresource } = path;
  if (type.kind !== 'Pod') throw noSuchResource();
  const pod = { type, namespace, name };
  if (subresource === 'eviction') {
    api.delete(pod, (valueAt(body, ['deleteOptions']) ?? {}) as DeleteOptions, options(query, body));
    return SUCCESS;
  }
  const node = valueAt(body, ['target', 'name']);
  if (typeof node !== 'string') throw badRequest('target.name: Required value');
  api.bind(pod, node);
  return SUCCESS;
}
