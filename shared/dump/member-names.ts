/** Files of a directory or archive that can hold Kubernetes objects, by their name. */
const OBJECT_FILE = /\.(?:ya?ml|json)(?:\.gz)?$/i;

/** A resource's place in a must-gather, as `oc adm inspect` writes it: a list, or a folder with a file an object. */
const MUST_GATHER_PLACE =
  /(?:^|\/)(?:namespaces\/[^/]+|cluster-scoped-resources)\/([^/]+)\/([^/]+?)(?:\/[^/]+)?\.(?:ya?ml|json)(?:\.gz)?$/;
/** API groups whose name has no dot. Another folder without a dot, such as `pods`, is no group. */
const SHORT_GROUPS: ReadonlySet<string> = new Set([
  'core',
  'apps',
  'batch',
  'autoscaling',
  'policy',
  'extensions',
]);
const OUR_RESOURCES: ReadonlySet<string> = new Set([
  'nodes',
  'pods',
  'daemonsets',
  'virtualmachineinstances',
  'kubevirts',
  'events',
  'namespaces',
  'hyperconvergeds',
  'virtualmachines',
]);

/**
 * Whether a file of a directory or archive is opened. Not the hidden, not what is neither YAML nor JSON, and not
 * what a must-gather keeps in a place of another resource; what lies anywhere else may be anything.
 *
 * @param path - from the directory or archive that was named, with `/` between the names
 */
export function mayHoldObjects(path: string): boolean {
  return OBJECT_FILE.test(path) && !path.split('/').some(isHidden) && !isOfAnotherResource(path);
}

/** Whether a name is hidden, as `.git` or the `._pods.yaml` of macOS. */
export function isHidden(name: string): boolean {
  return name.startsWith('.') && name !== '.' && name !== '..';
}

function isOfAnotherResource(path: string): boolean {
  const [, group, resource] = MUST_GATHER_PLACE.exec(path) ?? [];
  if (group === undefined || resource === undefined) return false;
  const isGroup = SHORT_GROUPS.has(group) || group.includes('.');
  return isGroup && !OUR_RESOURCES.has(resource);
}
