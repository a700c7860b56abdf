import type { ClusterObject, Kind } from '../domain/objects.ts';
import type { KubeForbiddenError } from '../errors/errors.ts';
import { PROJECTIONS } from '../objects/kinds.ts';
import { project } from '../objects/projection.ts';
import { validate } from '../objects/validate.ts';
import type { ObjectReader } from '../runtime/ports.ts';
import type { ApiClient } from './api-client.ts';
import { NotKubernetesError } from './call-failure.ts';
import { forbiddenCall } from './forbidden.ts';
import { RESOURCES } from './resources.ts';

/**
 * Makes a reader of single objects, cut to what is judged. `undefined` for what is gone, also with all of its kind.
 *
 * It throws KubeForbiddenError, KubeUnavailableError (also for an answer that is no such object) and the other KUBE_ errors.
 */
export function createObjectReader(client: ApiClient): ObjectReader {
  return {
    async get(kind: Kind, namespace: string, name: string): Promise<ClusterObject | undefined> {
      const { status, body } = await client.call({ method: 'GET', path: objectPath(kind, namespace, name) });
      if (status === 404) return undefined;
      if (status === 403) throw forbidden(client, kind, namespace);
      const read = status === 200 ? toObject(kind, body) : `its answer is ${status}`;
      if (typeof read === 'string') throw client.translate(new NotKubernetesError(read));
      return read;
    },
  };
}

function forbidden({ connection }: ApiClient, kind: Kind, namespace: string): KubeForbiddenError {
  const { group, name: resource } = RESOURCES[kind];
  return forbiddenCall(connection, { verb: 'get', resource, group, namespace: namespace || undefined });
}

/** @param namespace - empty for what has none */
function objectPath(kind: Kind, namespace: string, name: string): string {
  const { path } = RESOURCES[kind];
  const scope = namespace === '' ? '' : `namespaces/${encodeURIComponent(namespace)}/`;
  return `${path.replace(/[^/]+$/, `${scope}$&`)}/${encodeURIComponent(name)}`;
}

/** The object, or what is wrong with it. */
function toObject(kind: Kind, body: unknown): ClusterObject | string {
  const result = validate(kind, project(body, PROJECTIONS[kind]) as Readonly<Record<string, unknown>>);
  if ('wrong' in result) return `${kind}: ${result.wrong}`;
  return result.object as ClusterObject;
}
