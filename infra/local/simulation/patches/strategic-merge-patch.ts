import { isSameJson } from '../../../../shared/domain/same-json.ts';
import { isObject, type JsonObject } from '../api/kube-object.ts';

/**
 * The lists whose items are merged, by the member that tells them apart; every other list is replaced as a whole, taints
 * and tolerations too. Source: the `patchMergeKey` tags of k8s.io/api core/v1, apps/v1 and apimachinery meta/v1.
 */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  conditions: 'type',
  addresses: 'type',
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  volumes: 'name',
  env: 'name',
  imagePullSecrets: 'name',
  ports: 'containerPort',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  hostAliases: 'ip',
  podIPs: 'ip',
  topologySpreadConstraints: 'topologyKey',
  ownerReferences: 'uid',
  secrets: 'name',
};
/** Lists of plain values that are united. Same source. */
const UNITED: ReadonlySet<string> = new Set(['finalizers', 'podCIDRs', 'volumesInUse']);
const DIRECTIVE = /^\$(deleteFromPrimitiveList|setElementOrder)\/(.+)$/;

/**
 * Lays a strategic merge patch on an object of a built-in kind.
 * Source: apimachinery `pkg/util/strategicpatch/patch.go`
 */
export function strategicMergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  retain(result, patch['$retainKeys']);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null || isDeletion(value)) delete result[key];
    else result[key] = mergeMember(key, result[key], value);
  }
  return followDirectives(result, patch);
}

function mergeMember(key: string, old: unknown, value: unknown): unknown {
  if (!Array.isArray(value)) return strategicMergePatch(old, value);
  const before = Array.isArray(old) ? old : [];
  if (UNITED.has(key)) return [...before, ...value.filter((item) => !before.includes(item))];
  const mergeKey = MERGE_KEYS[key];
  return mergeKey === undefined ? value : mergeItems(before, value, mergeKey);
}

function mergeItems(before: readonly unknown[], patch: readonly unknown[], mergeKey: string): unknown[] {
  const items = patch.filter(isObject);
  const replaces = items.some((item) => isReplacement(item) && Object.keys(item).length === 1);
  let result: unknown[] = replaces ? [] : [...before];
  for (const item of items.filter((each) => !isReplacement(each) || Object.keys(each).length > 1)) {
    const index = result.findIndex((old) => isObject(old) && isSameJson(old[mergeKey], item[mergeKey]));
    if (isDeletion(item)) result = result.filter((_, position) => position !== index);
    else if (index === -1) result.push(strategicMergePatch({}, item));
    else result[index] = strategicMergePatch(result[index], item);
  }
  return result;
}

const isDeletion = (value: unknown): boolean => isObject(value) && value['$patch'] === 'delete';
const isReplacement = (value: JsonObject): boolean => value['$patch'] === 'replace';

function retain(result: Record<string, unknown>, keys: unknown): void {
  if (!Array.isArray(keys)) return;
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));
}

function followDirectives(result: Record<string, unknown>, patch: JsonObject): JsonObject {
  for (const [directive, value] of Object.entries(patch)) {
    const [, what, key] = DIRECTIVE.exec(directive) ?? [];
    const list = key === undefined ? undefined : result[key];
    if (key === undefined || !Array.isArray(list) || !Array.isArray(value)) continue;
    result[key] =
      what === 'setElementOrder'
        ? ordered(list, value, MERGE_KEYS[key])
        : list.filter((item) => !value.includes(item));
  }
  return result;
}

/** What the order names comes first, as it says; the rest stays behind. */
function ordered(
  list: readonly unknown[],
  order: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const identity = (item: unknown): unknown =>
    mergeKey !== undefined && isObject(item) ? item[mergeKey] : item;
  const wanted = order.map(identity);
  const rank = (item: unknown): number => {
    const index = wanted.indexOf(identity(item));
    return index === -1 ? wanted.length : index;
  };
  return [...list].sort((a, b) => rank(a) - rank(b));
}
