import type { JsonObject } from '../api/kube-object.ts';
import { groupVersion, type ResourceType, TYPES } from '../api/resource-type.ts';

/** The release whose behaviour is simulated: that of the control plane that the contract suite compares with. */
const VERSION = {
  major: '1',
  minor: '20',
  gitVersion: 'v1.20.2+simulated',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'simulated',
};

const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** What is answered to a path that is about the server itself; `undefined` when it is about a resource or nothing. */
export function discover(path: string, types: readonly ResourceType[]): JsonObject | string | undefined {
  switch (path) {
    case '/version':
      return VERSION;
    case '/healthz':
    case '/livez':
    case '/readyz':
      return 'ok';
    case '/api':
      return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
    case '/apis':
      return {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: groupsOf(types).map((name) => group(name, types)),
      };
    default:
      return discoverGroup(path, types);
  }
}

function discoverGroup(path: string, types: readonly ResourceType[]): JsonObject | undefined {
  const [, root, first, second, ...more] = path.split('/');
  if (more.length > 0 || first === undefined) return undefined;
  if (root === 'api' && second === undefined) return resources(first, types);
  if (root !== 'apis') return undefined;
  if (second !== undefined) return resources(`${first}/${second}`, types);
  return groupsOf(types).includes(first)
    ? { kind: 'APIGroup', apiVersion: 'v1', ...group(first, types) }
    : undefined;
}

function groupsOf(types: readonly ResourceType[]): readonly string[] {
  return [...new Set(types.map(({ group: name }) => name))].filter((name) => name !== '');
}

function group(name: string, types: readonly ResourceType[]): JsonObject {
  const versions = [
    ...new Set(types.filter((type) => type.group === name).map(({ version }) => version)),
  ].map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function resources(version: string, types: readonly ResourceType[]): JsonObject | undefined {
  const served = types.filter((type) => groupVersion(type) === version);
  if (served.length === 0) return undefined;
  const list = served.flatMap((type) => [resource(type), ...subresources(type)]);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: version, resources: list };
}

function resource({ plural, singular, namespaced, kind, shortNames, categories }: ResourceType): JsonObject {
  return { name: plural, singularName: singular, namespaced, kind, verbs: VERBS, shortNames, categories };
}

function subresources(type: ResourceType): readonly JsonObject[] {
  const { plural, namespaced, kind } = type;
  const named = { singularName: '', namespaced };
  const status = { ...named, name: `${plural}/status`, kind, verbs: ['get', 'patch', 'update'] };
  if (type !== TYPES.pod) return type.status ? [status] : [];
  const eviction = {
    group: 'policy',
    version: 'v1',
    kind: 'Eviction',
    name: 'pods/eviction',
    verbs: ['create'],
  };
  return [
    status,
    { ...named, name: 'pods/binding', kind: 'Binding', verbs: ['create'] },
    { ...named, ...eviction },
  ];
}
