import type { Problem } from '../domain/problems.ts';
import { KubeForbiddenError } from '../errors/errors.ts';
import type { Connection } from './connection.ts';
import type { Resource } from './resources.ts';

/** The problem of one resource that may not be read: the missing permission, what it costs, how to grant it. */
export function forbiddenProblem({ kind, name, group, cost }: Resource): Problem {
  const groupText = group === '' ? 'the core API group' : `the API group ${group}`;
  const message =
    `The permission to list ${name} (${groupText}) in the whole cluster is missing, so ${cost}. ` +
    `Grant it by a ClusterRole with the rule ${rule([group], [name])}; ` +
    `\`kubectl auth can-i list ${qualified({ name, group })} --all-namespaces\` tells whether it is there.`;
  return { code: 'Forbidden', kind, message };
}

/** The error when nothing may be read at all. */
export function forbiddenEverything(
  { server }: Connection,
  resources: readonly Resource[],
): KubeForbiddenError {
  const names = resources.map(({ name }) => name);
  const groups = [...new Set(resources.map(({ group }) => group))];
  return new KubeForbiddenError(
    `the server ${server} forbids to list ${names.join(', ')} in the whole cluster`,
    `Grant it by a ClusterRole with the rule ${rule(groups, names)} and a ClusterRoleBinding; ` +
      '`kubectl auth can-i list pods --all-namespaces` tells whether it is there.',
  );
}

function rule(groups: readonly string[], names: readonly string[]): string {
  const texts = (values: readonly string[]): string =>
    values.map((value) => JSON.stringify(value)).join(', ');
  return `{apiGroups: [${texts(groups)}], resources: [${texts(names)}], verbs: ["list"]}`;
}

function qualified({ name, group }: Pick<Resource, 'name' | 'group'>): string {
  return group === '' ? name : `${name}.${group}`;
}

/** One call that is refused, in the words of RBAC. */
export interface ForbiddenCall {
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  /** `undefined` for the whole cluster. */
  readonly namespace: string | undefined;
}

/** The error when one call may not be made: the missing permission and how to grant it. */
export function forbiddenCall({ server }: Connection, call: ForbiddenCall): KubeForbiddenError {
  const { verb, resource, group, namespace } = call;
  const role = namespace === undefined ? 'ClusterRole' : `Role in the namespace ${namespace}`;
  const where = namespace === undefined ? '' : ` in the namespace ${namespace}`;
  const name = group === '' ? resource : `${resource.replace(/(?=\/|$)/, `.${group}`)}`;
  return new KubeForbiddenError(
    `the server ${server} forbids to ${verb} ${name}${where}`,
    `Grant it by a ${role} with the rule {apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["${verb}"]}.`,
  );
}
