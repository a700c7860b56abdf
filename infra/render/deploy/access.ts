import type { FunctionManifest, Permission } from '../../../shared/runtime/function-manifest.ts';
import { type KubeObject, labelsOf, NAMESPACE, PART_OF } from './objects.ts';
import { type Grant, type Place, permissionsAt, REACHES } from './places.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** Somebody who may do something: a ServiceAccount, which has the name of the program that runs under it. */
export interface Subject {
  readonly name: string;
  readonly namespace: string;
  readonly permissions: readonly Permission[];
}

/** The subject of one function. */
export function subjectOf({ name, permissions }: Pick<FunctionManifest, 'name' | 'permissions'>): Subject {
  return { name, namespace: NAMESPACE, permissions };
}

/**
 * What many permissions come to: each resource once, its verbs in the order in which they were first named.
 */
export function unionOf(permissions: readonly Permission[]): readonly Permission[] {
  const union = new Map<string, Permission>();
  for (const permission of permissions) {
    const key = `${permission.apiGroup}/${permission.resource}`;
    const known = union.get(key)?.verbs ?? [];
    union.set(key, { ...permission, verbs: [...new Set([...known, ...permission.verbs])] });
  }
  return [...union].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, permission]) => permission);
}

/**
 * The account. Its token is mounted by the pods that say so, and by no other.
 */
export function serviceAccount({ name, namespace }: Subject): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, labels: labelsOf(name) },
    automountServiceAccountToken: false,
  };
}

/** The account, with its rules and bindings of the base: reads, its own records, and Events. */
export function baseAccess(subject: Subject): readonly KubeObject[] {
  return [serviceAccount(subject), ...bindingsOf(subject, { grant: undefined })];
}

/** What a grant adds to that. */
export function grantedAccess(subject: Subject, grant: Grant): readonly KubeObject[] {
  return bindingsOf(subject, { grant });
}

/** An account by its name. */
export interface Account {
  readonly name: string;
  readonly namespace: string;
}

/** @param account - whose rules they are, when it is not the subject's own account */
export function bindingsOf(
  subject: Subject,
  { grant, account = subject }: { readonly grant: Grant | undefined; readonly account?: Account },
): readonly KubeObject[] {
  return REACHES.flatMap((reach) => bindingAt(subject, { reach, grant }, account));
}

function bindingAt(subject: Subject, place: Place, account: Account): readonly KubeObject[] {
  const permissions = permissionsAt(unionOf(subject.permissions), place);
  if (permissions.length === 0) return [];
  const isCluster = place.reach === 'cluster';
  const suffix = place.grant === undefined ? '' : `-${place.grant}`;
  const metadata = {
    // A ClusterRole shares its names with those of everybody else.
    name: `${isCluster ? `${PART_OF}-` : ''}${subject.name}${suffix}`,
    ...(!isCluster && { namespace: place.reach === 'own' ? subject.namespace : place.reach }),
    labels: labelsOf(subject.name),
  };
  const kind = isCluster ? 'ClusterRole' : 'Role';
  const rules = permissions.map(({ apiGroup, resource, verbs }) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs: [...verbs],
  }));
  return [
    { apiVersion: `${RBAC}/v1`, kind, metadata, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind, name: metadata.name },
      subjects: [{ kind: 'ServiceAccount', name: account.name, namespace: account.namespace }],
    },
  ];
}
