import { type Concern, type ObjectChange, textOf } from '../domain/object-change.ts';
import { KINDS, type Kind } from '../domain/objects.ts';
import { formatTimestamp } from '../domain/units.ts';
import { auditRequested } from '../events/audit-events.ts';
import { derivedId } from '../events/derived-id.ts';
import { sourceOf } from '../events/incident-events.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';
import { parseObjectChange } from '../events/raw-events.ts';
import type { FunctionManifest } from './function-manifest.ts';
import { createGate, type Gate, MAX_CONCURRENT_READS } from './gate.ts';
import type { Judge } from './judge.ts';
import { Memory } from './memory.ts';
import type { ObjectReader } from './ports.ts';
import type { Outcome, ServerlessFunction } from './serverless-function.ts';
import { publish, type SettlePorts } from './settle.ts';

/** Every watcher function needs the same of the world. */
export interface WatcherPorts extends SettlePorts {
  readonly judge: Judge;
  readonly objects: ObjectReader;
}

/** What sets one watcher apart from another: the kinds it looks at, and what a change of one concerns. */
export interface Watcher {
  readonly manifest: FunctionManifest;
  readonly kinds: readonly Kind[];
  /** Pure. An object of unknown shape, or `undefined` when only its name is known. */
  readonly decide: (change: ObjectChange) => Concern;
}

/** More nodes than this in one event are a matter for an audit. */
const MAX_NODES = 10;

/** Makes a watcher ready to run: it says which nodes an event concerns and has them judged. */
export function createWatcher(watcher: Watcher, ports: WatcherPorts): ServerlessFunction {
  const memory = new Memory();
  const gate = createGate(MAX_CONCURRENT_READS);
  return {
    manifest: watcher.manifest,
    handle: (event) => handleChange(event, watcher, { ...ports, memory, gate }),
  };
}

interface Watching extends WatcherPorts {
  readonly memory: Memory;
  readonly gate: Gate;
}

async function handleChange(event: IncomingEvent, watcher: Watcher, ports: Watching): Promise<Outcome> {
  const change = parseObjectChange(event);
  if (change === undefined || !isWatched(change.kind, watcher)) return 'ignored';
  const concern = await lookedUp(change, watcher, ports);
  if (concern.kind === 'nothing' || isNoise(change, concern, ports.memory)) return 'ignored';
  const { matters } = concern;
  const nodes = concern.kind === 'nodes' ? concern.nodes : [];
  const judged = ports.memory.begin(keyOf(change), { matters, nodes, version: versionOf(change) });
  // With those that it concerned before: a VMI that moved concerns the node that it left as well.
  await act(event, concern.kind === 'nodes' ? ports.memory.nodesOf(keyOf(change)) : 'every', {
    ...ports,
    watcher,
  });
  judged(change.verb === 'delete' ? 'gone' : 'there');
  return 'done';
}

type Located = Exclude<Concern, { readonly kind: 'look-up' }>;
type Judged = Exclude<Located, { readonly kind: 'nothing' }>;

function keyOf({ kind, namespace, name }: ObjectChange): string {
  return `${kind}/${namespace}/${name}`;
}

function versionOf({ object }: ObjectChange): number {
  return Number.parseInt(textOf(object, 'metadata', 'resourceVersion'), 10);
}

function isNoise(change: ObjectChange, { matters }: Judged, memory: Memory): boolean {
  return change.verb !== 'delete' && memory.isKnown(keyOf(change), matters);
}

async function act(
  event: IncomingEvent,
  nodes: readonly string[] | 'every',
  ports: Watching & { readonly watcher: Watcher },
): Promise<void> {
  if (nodes === 'every' || nodes.length > MAX_NODES) return requestAudit(event, ports.watcher, ports);
  await Promise.all(nodes.map((node) => ports.judge.judge(node, event.traceparent)));
}

function isWatched(kind: string, { kinds }: Watcher): kind is Kind {
  return kinds.some((watched) => watched === kind);
}

/** What a change concerns; of an object of which only the name is known, once it was read. */
async function lookedUp(change: ObjectChange, { decide }: Watcher, ports: Watching): Promise<Located> {
  const concern = decide(change);
  if (concern.kind !== 'look-up') return concern;
  const object = await readObject(change, ports);
  const found = object === undefined ? concern : decide({ ...change, object });
  if (found.kind !== 'look-up') return found;
  // It is gone, and its event does not say where it was.
  const nodes = ports.memory.nodesOf(keyOf(change));
  return nodes.length === 0
    ? { kind: 'every-node', matters: 'gone' }
    : { kind: 'nodes', nodes, matters: 'gone' };
}

async function readObject({ verb, kind, namespace, name }: ObjectChange, { gate, objects }: Watching) {
  const known = KINDS.find((it) => it === kind);
  if (verb === 'delete' || known === undefined) return undefined;
  return gate.run(() => objects.get(known, namespace, name));
}

/** Asks for an audit of all nodes: a handler answers within seconds, and a large cluster is not read in seconds. */
async function requestAudit(event: IncomingEvent, { manifest }: Watcher, ports: Watching): Promise<void> {
  const { id, source, traceparent } = event;
  await publish(
    auditRequested.create({
      id: derivedId(manifest.name, { source, id }),
      source: sourceOf(ports.clusterName),
      subject: 'cluster',
      time: formatTimestamp(ports.clock.now()),
      ...(traceparent === undefined ? {} : { traceparent }),
      data: { scope: 'all' },
    }),
    ports,
  );
}
