import type { ResourceRegistry } from '../api/resource-registry.ts';
import type { ResourceType } from '../api/resource-type.ts';

/** What a path names. */
export interface ResourcePath {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  /** `undefined`: the collection. */
  readonly name: string | undefined;
  /** `status`, `binding`, `eviction`, or whatever else stands behind the name. */
  readonly subresource: string | undefined;
  /** Whether it is one of the old paths below `/watch/`. */
  readonly watch: boolean;
}

/** Subresources of namespaces themselves, where otherwise a kind in a namespace is named. */
const OF_NAMESPACE: ReadonlySet<string> = new Set(['status', 'finalize']);

/** Reads `/api/v1/…` and `/apis/GROUP/VERSION/…`; `undefined` when it names nothing that is served. */
export function readPath(path: string, registry: ResourceRegistry): ResourcePath | undefined {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const [root, ...rest] = parts;
  if (root === 'api') return readBelow(rest, { group: '', registry });
  const [group, ...below] = rest;
  return root === 'apis' && group !== undefined ? readBelow(below, { group, registry }) : undefined;
}

interface Below {
  readonly group: string;
  readonly registry: ResourceRegistry;
}

function readBelow([version = '', ...parts]: readonly string[], below: Below): ResourcePath | undefined {
  const watch = parts[0] === 'watch';
  const named = watch ? parts.slice(1) : parts;
  const namespace = namespaceOf(named, below.group);
  const [plural = '', name, subresource, ...tooMuch] = namespace === undefined ? named : named.slice(2);
  const type = below.registry.find(below.group, version, plural);
  if (type === undefined || tooMuch.length > 0) return undefined;
  // One object of a kind in namespaces is always named with its namespace, and of another kind never.
  const misplaced = type.namespaced ? namespace === undefined && name !== undefined : namespace !== undefined;
  return misplaced ? undefined : { type, namespace, name, subresource, watch };
}

/** The namespace in which something is named; `undefined` where a path is about a namespace itself. */
function namespaceOf([scope, namespace, plural]: readonly string[], group: string): string | undefined {
  if (scope !== 'namespaces' || plural === undefined) return undefined;
  return group === '' && OF_NAMESPACE.has(plural) ? undefined : namespace;
}
