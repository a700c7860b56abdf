import type { ClusterFacts, LauncherPod, Vmi } from './cluster-facts.ts';
import { heartbeatText } from './heartbeat.ts';
import type {
  ClusterObject,
  DaemonSetObject,
  Kind,
  KubeVirtObject,
  NodeObject,
  PodObject,
} from './objects.ts';
import { KINDS } from './objects.ts';
import type { Problem } from './problems.ts';
import { type EpochMs, epochMs, parseTimestamp } from './units.ts';
import { KUBEVIRT_LABEL, toLauncherPod, toVmi } from './workload.ts';

/** What became of an object that was added. `disagrees`: two copies of one object differ and nothing tells the newer. */
export type AddOutcome = 'added' | 'ignored' | 'older' | 'newer' | 'same' | 'disagrees';

type Fact = NodeObject | PodObject | DaemonSetObject | KubeVirtObject | LauncherPod | Vmi;
type Group = 'nodes' | 'handlerPods' | 'launcherPods' | 'vmis' | 'daemonSets' | 'kubeVirts';

interface Identity {
  /** Empty for a launcher pod, whose generated name is never used twice. */
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Facts by namespace, then by name: a key of both joined would cost a string an object. */
class FactsByName {
  readonly #byNamespace = new Map<string, Map<string, Fact>>();

  in(namespace: string): Map<string, Fact> {
    const known = this.#byNamespace.get(namespace);
    if (known !== undefined) return known;
    const fresh = new Map<string, Fact>();
    this.#byNamespace.set(namespace, fresh);
    return fresh;
  }

  all<T extends Fact>(): readonly T[] {
    return [...this.#byNamespace.values()].flatMap((facts) => [...facts.values()] as T[]);
  }
}

/**
 * Collects objects one at a time and keeps only their facts. Copies of one object are told by kind, namespace and
 * name: the newest resourceVersion wins, as in a must-gather, which holds a pod up to three times.
 */
export class FactsCollector {
  readonly #groups: Readonly<Record<Group, FactsByName>> = {
    nodes: new FactsByName(),
    handlerPods: new FactsByName(),
    launcherPods: new FactsByName(),
    vmis: new FactsByName(),
    daemonSets: new FactsByName(),
    kubeVirts: new FactsByName(),
  };
  readonly #read = new Set<Kind>();
  readonly #detailsOf: string | undefined;
  #newest: EpochMs = epochMs(0);

  /** @param detailsOf - the node about which all is kept that is read, and not only what the judgement needs */
  constructor(detailsOf?: string) {
    this.#detailsOf = detailsOf;
  }

  /** Notes that objects of a kind were looked for and could be read, also when there is none. */
  markRead(kind: Kind): void {
    this.#read.add(kind);
  }

  /** The kinds that were read, by `markRead` or because an object was added. */
  get read(): ReadonlySet<Kind> {
    return this.#read;
  }

  /** Adds one object; `ignored` for a pod that is neither handler nor launcher. */
  add(object: ClusterObject): AddOutcome {
    this.#read.add(object.kind);
    if (object.kind === 'Node') this.#noteTimes(object);
    const [group, fact] = toFact(object, this.#detailsOf);
    if (group === undefined) return 'ignored';
    const sameNamespace = this.#groups[group].in(object.metadata.namespace ?? '');
    const known = sameNamespace.get(object.metadata.name);
    const outcome = known === undefined ? 'added' : compareCopies(group, known, fact);
    if (outcome === 'added' || outcome === 'newer') sameNamespace.set(object.metadata.name, fact);
    return outcome;
  }

  /**
   * The facts of everything added.
   *
   * @param whyUnread - says why a kind was not read; asked once for each kind that was not
   * @param observedAt - when the objects were read; for a dump left out: the newest heartbeat in it is taken
   */
  finish(whyUnread: (kind: Kind) => Problem, observedAt: EpochMs = this.#newest): ClusterFacts {
    const { nodes, handlerPods, launcherPods, vmis, daemonSets, kubeVirts } = this.#groups;
    const unread = KINDS.filter((kind) => !this.#read.has(kind));
    return {
      observedAt,
      unread: new Map(unread.map((kind) => [kind, whyUnread(kind)])),
      nodes: new Map(nodes.all<NodeObject>().map((node) => [node.metadata.name, node])),
      handlerPods: handlerPods.all<PodObject>(),
      launcherPods: launcherPods.all<LauncherPod>(),
      vmis: vmis.all<Vmi>(),
      daemonSets: daemonSets.all<DaemonSetObject>(),
      kubeVirts: kubeVirts.all<KubeVirtObject>(),
    };
  }

  #noteTimes(node: NodeObject): void {
    const texts = [
      heartbeatText(node),
      ...(node.status?.conditions ?? []).map(({ lastHeartbeatTime }) => lastHeartbeatTime),
    ];
    for (const text of texts) {
      const time = parseTimestamp(text);
      if (time !== undefined && time > this.#newest) this.#newest = time;
    }
  }
}

function toFact(
  object: ClusterObject,
  detailsOf: string | undefined,
): readonly [Group, Fact] | readonly [undefined, undefined] {
  switch (object.kind) {
    case 'Node':
      return ['nodes', object.metadata.name === detailsOf ? object : compact(object)];
    case 'DaemonSet':
      return ['daemonSets', object];
    case 'KubeVirt':
      return ['kubeVirts', object];
    case 'VirtualMachineInstance':
      return ['vmis', toVmi(object, detailsOf)];
    case 'Pod':
      return toPodFact(object);
  }
}

/** Copied at once, the hundred labels of a node take 900 bytes; as they were read, key by key, 6,300 (V8 of Node 20). */
function compact(node: NodeObject): NodeObject {
  const { managedFields: _, ...metadata } = node.metadata;
  return { ...node, metadata: { ...metadata, labels: { ...node.metadata.labels } } };
}

function toPodFact(pod: PodObject): readonly [Group, Fact] | readonly [undefined, undefined] {
  const role = pod.metadata.labels?.[KUBEVIRT_LABEL];
  if (role === 'virt-launcher') return ['launcherPods', toLauncherPod(pod)];
  if (role === 'virt-handler') return ['handlerPods', pod];
  return [undefined, undefined];
}

function compareCopies(group: Group, known: Fact, other: Fact): AddOutcome {
  const [a, b] = [identityOf(known), identityOf(other)];
  // A Node or KubeVirt of one name and two uids is two clusters in one pile; a pod or VMI is only recreated.
  const twoClusters = a.uid !== b.uid && (group === 'nodes' || group === 'kubeVirts');
  if (twoClusters) return 'disagrees';
  if (a.uid === b.uid && isSameContent(known, other)) return 'same';
  const order = compareResourceVersions(a.resourceVersion, b.resourceVersion);
  if (order === 0) return 'disagrees';
  return order < 0 ? 'newer' : 'older';
}

/**
 * Compares deeply; the order of keys is the writer's and means nothing, an absent field and `undefined` are the same.
 * `managedFields` do not count: kubectl leaves them out, a must-gather does not.
 */
function isSameContent(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  return [...keys].every((key) => key === 'managedFields' || isSameContent(left[key], right[key]));
}

function identityOf(fact: Fact): Identity {
  const { uid = '', resourceVersion = '' } = 'metadata' in fact ? fact.metadata : { uid: '', ...fact };
  return { uid, resourceVersion };
}

/**
 * Negative when `a` is older; zero when equal or when one is not a whole number. Numbers of any length.
 *
 * @see Kubernetes 1.35 KEP-5504: resource versions of one resource are comparable whole numbers
 */
export function compareResourceVersions(a: string, b: string): number {
  if (!/^\d+$/.test(a) || !/^\d+$/.test(b)) return 0;
  const difference = BigInt(a) - BigInt(b);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}
