/** Told about every call to the API server: its verb and resource as RBAC names them, `200` or `no-answer`, how long it took. */
export type OnCall = (verb: string, resource: string, outcome: string, seconds: number) => void;

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

export interface CallDescription {
  /** `get`, `list`, `watch`, `create`, `update`, `patch` or `delete`. */
  readonly verb: string;
  /** Plural, with its subresource: `pods`, `orphanincidents/status`. Few values, so fit for a label of a metric. */
  readonly resource: string;
}

/**
 * Says in the words of RBAC what a call asks for.
 *
 * @param path - below the server's own path: `/api/v1/…` or `/apis/GROUP/VERSION/…`, with its query
 */
export function describeCall(method: string, path: string): CallDescription {
  const [pathname = '', query = ''] = path.split('?');
  const steps = pathname.split('/').filter((step) => step !== '');
  const below = steps.slice(steps[0] === 'api' ? 2 : 3);
  const [resource = '', name, subresource] =
    below[0] === 'namespaces' && below.length > 2 ? below.slice(2) : below;
  return {
    verb: VERBS[method] ?? readingVerb(name, query),
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
  };
}

function readingVerb(name: string | undefined, query: string): string {
  if (name !== undefined) return 'get';
  return new URLSearchParams(query).get('watch') === 'true' ? 'watch' : 'list';
}
