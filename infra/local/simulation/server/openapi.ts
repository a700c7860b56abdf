import type { JsonObject } from '../api/kube-object.ts';
import { groupVersion, type ResourceType } from '../api/resource-type.ts';

/**
 * As much of OpenAPI v3 as kubectl asks for before it writes: that the server checks fields itself, so that kubectl
 * needs no schema. There is no schema behind it: fields are not checked. `undefined` for other paths.
 */
export function describeOpenApi(path: string, types: readonly ResourceType[]): JsonObject | undefined {
  if (path === '/openapi/v3') {
    const versions = [...new Set(types.map(rootOf))];
    return {
      paths: Object.fromEntries(versions.map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }])),
    };
  }
  const root = path.replace(/^\/openapi\/v3\//, '');
  const served = types.filter((type) => rootOf(type) === root);
  if (served.length === 0) return undefined;
  const info = { title: 'Kubernetes', version: 'simulated' };
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(served.map((type) => [pathOf(type), operations(type)])),
  };
}

const rootOf = (type: ResourceType): string =>
  type.group === '' ? `api/${type.version}` : `apis/${groupVersion(type)}`;

function pathOf(type: ResourceType): string {
  const namespace = type.namespaced ? 'namespaces/{namespace}/' : '';
  return `/${rootOf(type)}/${namespace}${type.plural}/{name}`;
}

function operations({ group, version, kind }: ResourceType): JsonObject {
  const parameters = [
    { name: 'fieldValidation', in: 'query', schema: { type: 'string', uniqueItems: true } },
  ];
  const operation = { parameters, 'x-kubernetes-group-version-kind': { group, version, kind } };
  return {
    patch: { ...operation, 'x-kubernetes-action': 'patch' },
    put: { ...operation, 'x-kubernetes-action': 'put' },
    post: { ...operation, 'x-kubernetes-action': 'post' },
  };
}
