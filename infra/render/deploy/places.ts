import { INCIDENT_RESOURCE } from '../../../shared/kubernetes/incident-resource.ts';
import type { Permission } from '../../../shared/runtime/function-manifest.ts';

type Verb = Permission['verbs'][number];

/** Where a right holds: everywhere, in our own namespace, in KubeVirt's, or where medik8s' operators keep their leases. */
export const REACHES = ['cluster', 'own', 'kubevirt', 'medik8s-leases'] as const;
export type Reach = (typeof REACHES)[number];

/**
 * What remediation may do beyond the base comes in parts, by the steps that need them: whoever enables one step grants no more. To see who
 * else holds a node (`interlocks`) is needed by every step.
 */
export const GRANTS = ['interlocks', 'label-node', 'edit-placement', 'restart-handler-pod'] as const;
export type Grant = (typeof GRANTS)[number];

/** A right is of the base, or comes with a grant. */
export interface Place {
  readonly reach: Reach;
  /** `undefined`: of the base. */
  readonly grant: Grant | undefined;
}

const EVERYWHERE: Place = { reach: 'cluster', grant: undefined };
const OWN: Place = { reach: 'own', grant: undefined };
const granted = (grant: Grant, reach: Reach): Place => ({ reach, grant });

const READS: readonly Verb[] = ['get', 'list', 'watch'];

/**
 * Where what is written is: virt-handler's pods, the KubeVirt resource and the HyperConverged that owns it are in one namespace.
 * Kubernetes wants the Events of a VMI in the VMI's namespace, and those of a node in `default`.
 */
const WRITTEN: Readonly<Record<string, Place>> = {
  'events.k8s.io/events': EVERYWHERE,
  '/nodes': granted('label-node', 'cluster'),
  '/pods': granted('restart-handler-pod', 'kubevirt'),
  'kubevirt.io/kubevirts': granted('edit-placement', 'kubevirt'),
  'hco.kubevirt.io/hyperconvergeds': granted('edit-placement', 'kubevirt'),
};

/**
 * Where one verb on one resource is needed; nowhere for a write that nobody has said the place of, which is a mistake:
 * that it may be everywhere is never taken for granted.
 */
export function placesOf({ apiGroup, resource }: Omit<Permission, 'verbs'>, verb: Verb): readonly Place[] {
  if (apiGroup === INCIDENT_RESOURCE.group) return [OWN];
  if (apiGroup === 'coordination.k8s.io' && resource === 'leases')
    return verb === 'get' ? [OWN, granted('interlocks', 'medik8s-leases')] : [OWN];
  if (READS.includes(verb)) return [EVERYWHERE];
  const place = WRITTEN[`${apiGroup}/${resource}`];
  return place === undefined ? [] : [place];
}

/** The permissions, or parts of them, that are needed at one place. */
export function permissionsAt(
  permissions: readonly Permission[],
  { reach, grant }: Place,
): readonly Permission[] {
  return permissions.flatMap((permission) => {
    const verbs = permission.verbs.filter((verb) =>
      placesOf(permission, verb).some((it) => it.reach === reach && it.grant === grant),
    );
    return verbs.length === 0 ? [] : [{ ...permission, verbs }];
  });
}
