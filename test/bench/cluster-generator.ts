import type { TemplateName } from './templates.ts';
import type { Values } from './text-template.ts';

export interface ClusterOptions {
  readonly nodes: number;
  readonly vmisPerNode: number;
  /** Which part of the nodes has no Ready virt-handler; a quarter of those has nothing left to manage. */
  readonly orphanShare: number;
  /** The same seed gives the same cluster, to the byte. */
  readonly seed: number;
}

/** An object: its shape, and what to fill in. */
export interface Recipe {
  readonly template: TemplateName;
  readonly values: Values;
}

type NodeState = 'managed' | 'without-handler' | 'unready-handler' | 'emptied';

interface NodePlan {
  readonly index: number;
  readonly name: string;
  readonly state: NodeState;
}

/** Emptied nodes have no handler but completed launchers only, which nobody needs to manage: they are no orphans. */
const UNMANAGED: readonly NodeState[] = ['without-handler', 'unready-handler', 'without-handler', 'emptied'];
const TENANTS = 40;
const APPS = ['web', 'db', 'build', 'desktop'];
const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
/** In the future, so that the nodes' heartbeats are never stale, whenever the cluster is looked at. */
const HEARTBEAT = '2099-01-01T00:00:00Z';

/** The whole cluster in the order of `kubectl get nodes,pods,daemonsets,virtualmachineinstances,kubevirts -A`. */
export function* generateCluster(options: ClusterOptions): Generator<Recipe> {
  yield* generateNodes(options);
  yield* generatePods(options);
  yield daemonSet(options);
  yield* generateVmis(options);
  yield kubeVirt();
}

export function* generateNodes(options: ClusterOptions): Generator<Recipe> {
  for (const node of plans(options)) {
    const template =
      node.state === 'managed' || node.state === 'unready-handler' ? 'node' : 'nodeWithoutRole';
    yield { template, values: nodeValues(node, options.seed) };
  }
}

/** The virt-handler pods, then the virt-launcher pods. */
export function* generatePods(options: ClusterOptions): Generator<Recipe> {
  yield* generateHandlers(options);
  for (const node of plans(options)) {
    const template = node.state === 'emptied' ? 'completedLauncher' : 'launcher';
    for (const values of workloadsOf(node, options)) yield { template, values };
  }
}

export function* generateVmis(options: ClusterOptions): Generator<Recipe> {
  for (const node of plans(options)) {
    const template = node.state === 'emptied' ? 'succeededVmi' : 'vmi';
    for (const values of workloadsOf(node, options)) yield { template, values };
  }
}

function* generateHandlers(options: ClusterOptions): Generator<Recipe> {
  for (const node of plans(options)) {
    if (node.state === 'without-handler' || node.state === 'emptied') continue;
    const template = node.state === 'managed' ? 'handler' : 'unreadyHandler';
    const podUid = uidOf(options.seed, 'handler', node.index);
    const own = { podUid, suffix: suffixOf(node.index), resourceVersion: versionOf(node.index) };
    yield { template, values: { ...nodeAddresses(node), ...own } };
  }
}

export function daemonSet(options: ClusterOptions): Recipe {
  const states = [...plans(options)].map(({ state }) => state);
  const ready = states.filter((state) => state === 'managed').length;
  const unready = states.filter((state) => state === 'unready-handler').length;
  const values = { scheduled: `${ready + unready}`, ready: `${ready}`, unready: `${unready}` };
  return { template: 'daemonSet', values };
}

export function kubeVirt(): Recipe {
  return { template: 'kubeVirt', values: {} };
}

/** The namespaces of the VMIs. */
export function tenantNamespaces(): readonly string[] {
  return Array.from({ length: TENANTS }, (_, index) => tenantOf(index));
}

/** The nodes that an audit has to find, sorted by name. */
export function orphanedNodes(options: ClusterOptions): readonly string[] {
  if (options.vmisPerNode === 0) return [];
  return [...plans(options)]
    .filter(({ state }) => state === 'without-handler' || state === 'unready-handler')
    .map(({ name }) => name)
    .sort();
}

function* plans({ nodes, orphanShare }: ClusterOptions): Generator<NodePlan> {
  const every = Math.max(1, Math.round(1 / orphanShare));
  for (let index = 0; index < nodes; index += 1) {
    const unmanaged = index % every === Math.floor(every / 2);
    const state = unmanaged ? UNMANAGED[Math.floor(index / every) % UNMANAGED.length] : 'managed';
    yield { index, name: `worker-${String(index).padStart(5, '0')}`, state: state ?? 'managed' };
  }
}

function nodeValues(node: NodePlan, seed: number): Values {
  return {
    ...nodeAddresses(node),
    zone: `zone-${'abc'[node.index % 3]}`,
    heartbeat: HEARTBEAT,
    nodeUid: uidOf(seed, 'node', node.index),
    bootId: uidOf(seed, 'boot', node.index),
    machineId: uidOf(seed, 'machine', node.index).replaceAll('-', ''),
    podCidr: `10.${64 + (node.index >> 8)}.${node.index & 255}.0/24`,
    resourceVersion: versionOf(node.index),
  };
}

function nodeAddresses({ index, name }: NodePlan): Values {
  return {
    node: name,
    hostIp: `192.168.${index >> 8}.${index & 255}`,
    podIp: `10.${64 + (index >> 8)}.${index & 255}.2`,
  };
}

/** What the VMIs of that node and their launchers are filled in with. */
function* workloadsOf(node: NodePlan, { vmisPerNode, seed }: ClusterOptions): Generator<Values> {
  const addresses = nodeAddresses(node);
  for (let slot = 0; slot < vmisPerNode; slot += 1) {
    const index = node.index * vmisPerNode + slot;
    const podUid = uidOf(seed, 'launcher', index);
    const { node: nodeName = '', hostIp = '' } = addresses;
    yield {
      node: nodeName,
      hostIp,
      podIp: `10.${64 + (node.index >> 8)}.${node.index & 255}.${10 + (slot % 240)}`,
      vm: `${APPS[index % APPS.length]}-${String(index).padStart(6, '0')}`,
      namespace: tenantOf(index % TENANTS),
      vmUid: uidOf(seed, 'vm', index),
      vmiUid: uidOf(seed, 'vmi', index),
      firmwareUuid: uidOf(seed, 'firmware', index),
      podUid,
      suffix: suffixOf(index),
      mac: `52:54:00:${[16, 8, 0].map((shift) => hex((index >> shift) & 255, 2)).join(':')}`,
      resourceVersion: versionOf(index),
    };
  }
}

function tenantOf(index: number): string {
  return `tenant-${String(index).padStart(2, '0')}`;
}

function versionOf(index: number): string {
  return `${1_000_000 + index}`;
}

type Stream = 'node' | 'boot' | 'machine' | 'handler' | 'launcher' | 'vm' | 'vmi' | 'firmware';
const STREAMS: Readonly<Record<Stream, number>> = {
  node: 1,
  boot: 2,
  machine: 3,
  handler: 4,
  launcher: 5,
  vm: 6,
  vmi: 7,
  firmware: 8,
};

/** A UUID that depends on nothing but its arguments. */
function uidOf(seed: number, stream: Stream, index: number): string {
  const start = mixed(seed ^ Math.imul(STREAMS[stream], 0x9e3779b9));
  const words = [0, 1, 2, 3].map((word) => hex(mixed(start + Math.imul(index, 4) + word) >>> 0, 8)).join('');
  const parts = [
    words.slice(0, 8),
    words.slice(8, 12),
    words.slice(13, 16),
    words.slice(17, 20),
    words.slice(20),
  ];
  return `${parts[0]}-${parts[1]}-4${parts[2]}-8${parts[3]}-${parts[4]}`;
}

/** Spreads a number over 32 bits. Source: Chris Wellons' "lowbias32" hash. */
function mixed(input: number): number {
  let bits = input;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return bits ^ (bits >>> 15);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

/** Five letters, as `generateName` adds them: no two alike below 27^5, since 3 does not divide the factor. */
function suffixOf(index: number): string {
  const base = SUFFIX_LETTERS.length;
  let number = (index * 7_654_321 + 1_234_567) % base ** 5;
  let suffix = '';
  for (let place = 0; place < 5; place += 1) {
    suffix += SUFFIX_LETTERS[number % base];
    number = Math.floor(number / base);
  }
  return suffix;
}
