import { randomUUID } from 'node:crypto';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { ApiProxy } from '../e2e/support/api-proxy.ts';
import { Cluster } from '../e2e/support/describe-cluster.ts';
import { findControlPlane } from '../e2e/support/find-control-plane.ts';
import { INCIDENTS_NAMESPACE, installIncidents } from '../e2e/support/incidents.ts';
import { Knative } from '../e2e/support/knative.ts';
import { createVmi, installKubeVirt } from '../e2e/support/kubevirt.ts';
import { createNode } from '../e2e/support/nodes.ts';
import { kinds, type Pod, ref } from '../e2e/support/objects.ts';
import { handlersOn } from '../e2e/support/stage.ts';
import { until } from '../e2e/support/until.ts';
import { resourceEvent } from '../support/raw-events.ts';
import type { Goal, Result } from './results.ts';
import { count, type Settings } from './settings.ts';

const SCENE = 'node-0';
const BURST = 1_000;
/** So many requests, all at once, carry a burst: a sender of single events in this process would take seconds. */
const BATCHES = 8;
/** Fewer than a function takes at once. */
const WAVE = 500;
const SPREAD_NODES = 20;
const NOISE_NODES = 5_000;
const MAX_JUDGEMENTS = 3;
const MAX_READS = 3;
/** What all nodes share: it is counted apart. */
const APART = ['daemonsets', 'kubevirts', 'pods that are not bound', 'the list of orphanincidents'];
/** By what tells them in a path: the path of a node's record has the node's name, but no other word of these. */
const RESOURCES = ['orphanincidents', 'nodes', 'pods', 'daemonsets', 'kubevirts', 'virtualmachineinstances'];
const JUDGEMENTS = 'kubevirt_orphans_judgement_seconds_count';

interface Counted {
  readonly judgements: number;
  readonly calls: ReadonlyMap<string, number>;
  readonly seconds: number;
}

/** What bursts and noise cost: judgements and calls of a real API server, counted by a proxy in front of it. */
export async function benchmarkBurst(settings: Settings): Promise<Result | { readonly skip: string }> {
  const starter = findControlPlane();
  if ('skip' in starter) return starter;
  settings.progress('starting a control plane');
  const cluster = new Cluster();
  await cluster.start({ starter });
  try {
    return await measureAll(cluster, settings);
  } finally {
    await cluster.stop();
  }
}

async function measureAll(cluster: Cluster, { scale, progress }: Settings): Promise<Result> {
  const { api } = cluster;
  await installIncidents(cluster);
  await installKubeVirt(api);
  for (let index = 0; index < SPREAD_NODES; index += 1) {
    await createNode(api, `node-${index}`);
    await createVmi(api, { name: `vm-${index}`, namespace: 'tenant-a', node: `node-${index}` });
  }
  const handler = await until('a handler', async () => (await handlersOn(cluster, SCENE))[0]);
  const proxy = await ApiProxy.start(cluster.plane);
  const functions = ['handler-pod-changed', 'node-changed'] as const;
  const { kubeconfig } = proxy;
  const knative = await Knative.start({ kubeconfig, namespace: INCIDENTS_NAMESPACE, functions });
  const ask = { knative, proxy };
  try {
    progress('a burst about one node');
    const burst = await counted(ask, 'handler-pod-changed', () => sendBatches(knative, burstOf(handler)));
    progress('one event of each of many nodes');
    const nodes = await api.list(kinds.node);
    const spread = await counted(ask, 'node-changed', () =>
      sendAll(
        knative,
        nodes.map((it) => resourceEvent('add', it)),
      ),
    );
    progress('noise');
    const template = await api.get(ref(kinds.node, SCENE));
    const names = Array.from(
      { length: Math.max(1, Math.round(NOISE_NODES * scale)) },
      (_, i) => `other-${i}`,
    );
    const heartbeats = () => names.map((name) => heartbeatOf(template, name));
    await sendAll(knative, heartbeats());
    const noise = await counted(ask, 'node-changed', () => sendAll(knative, heartbeats()));
    return toResult({ burst, spread, noise, nodes: nodes.length, heartbeats: names.length });
  } finally {
    await knative.stop();
    await proxy.close();
  }
}

/** One event a request, some hundred at a time. */
async function sendAll({ router }: Knative, events: readonly IncomingEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += WAVE) {
    for (const event of events.slice(start, start + WAVE)) router.offer(event);
    await router.idle(60_000);
  }
}

async function sendBatches(knative: Knative, events: readonly IncomingEvent[]): Promise<void> {
  const { url } = knative.processOf('handler-pod-changed');
  const size = Math.ceil(events.length / BATCHES);
  const batches = Array.from({ length: BATCHES }, (_, index) =>
    events.slice(index * size, (index + 1) * size),
  );
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const answers = await Promise.all(
    batches.map((batch) => fetch(url, { method: 'POST', headers, body: JSON.stringify(batch) })),
  );
  for (const { status } of answers) if (status !== 204) throw new Error(`a batch was answered ${status}`);
}

/** Events that all matter: the pod's Ready condition changes every time. */
function burstOf({ apiVersion, kind, metadata, spec }: Pod): readonly IncomingEvent[] {
  const { name, namespace, uid, labels } = metadata;
  const seen = {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, labels },
    spec: { nodeName: spec.nodeName },
  };
  return Array.from({ length: BURST }, (_, index) => {
    const lastTransitionTime = new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString();
    const conditions = [{ type: 'Ready', status: index % 2 === 0 ? 'True' : 'False', lastTransitionTime }];
    const changed = { ...seen, status: { phase: 'Running', conditions } };
    return { ...resourceEvent('update', changed), id: randomUUID() };
  });
}

function heartbeatOf(template: object, name: string): IncomingEvent {
  const { metadata, status } = template as { metadata: object; status: { conditions: object[] } };
  const beat = { lastHeartbeatTime: new Date().toISOString() };
  const conditions = status.conditions.map((it) => ({ ...it, ...beat }));
  const node = { ...template, metadata: { ...metadata, name, uid: name }, status: { ...status, conditions } };
  return { ...resourceEvent('update', node), id: randomUUID() };
}

async function counted(
  { knative, proxy }: { readonly knative: Knative; readonly proxy: ApiProxy },
  name: 'handler-pod-changed' | 'node-changed',
  send: () => Promise<void>,
): Promise<Counted> {
  const served = knative.processOf(name);
  const before = await served.metric(JUDGEMENTS);
  proxy.calls = [];
  const start = performance.now();
  await send();
  const seconds = (performance.now() - start) / 1_000;
  const calls = new Map<string, number>();
  for (const { method, path } of proxy.calls) {
    const what = method === 'GET' ? resourceOf(path) : `${method} ${resourceOf(path)}`;
    calls.set(what, (calls.get(what) ?? 0) + 1);
  }
  return { judgements: (await served.metric(JUDGEMENTS)) - before, calls, seconds };
}

function resourceOf(path: string): string {
  const { pathname, searchParams } = new URL(path, 'http://127.0.0.1');
  if (searchParams.get('fieldSelector') === 'spec.nodeName=') return 'pods that are not bound';
  if (pathname.endsWith('/orphanincidents')) return 'the list of orphanincidents';
  return RESOURCES.find((it) => pathname.split('/').includes(it)) ?? pathname;
}

function toResult({
  burst,
  spread,
  noise,
  nodes,
  heartbeats,
}: {
  readonly burst: Counted;
  readonly spread: Counted;
  readonly noise: Counted;
  readonly nodes: number;
  readonly heartbeats: number;
}): Result {
  const reads = [...spread.calls].filter(([what]) => !APART.includes(what));
  const perNode = reads.reduce((sum, [, calls]) => sum + calls, 0) / spread.judgements;
  const noiseCalls = [...noise.calls.values()].reduce((sum, calls) => sum + calls, 0);
  const goal = (what: string, ours: number, atMost: number): Goal => ({
    what,
    ours: Number.isInteger(ours) ? count(ours) : ours.toFixed(2),
    theirs: '',
    ratio: '',
    wanted: atMost === 0 ? 'none' : `at most ${atMost}`,
    met: ours <= atMost,
  });
  return {
    title: 'Burst',
    notes: [
      `${count(BURST)} events about one node took ${burst.seconds.toFixed(2)} s and ${burst.judgements} judgements: ${told(burst)}.`,
      `One event about each of ${nodes} nodes took ${spread.judgements} judgements: ${told(spread)}.`,
      `${count(heartbeats)} heartbeats of as many known nodes took ${noise.seconds.toFixed(2)} s.`,
    ],
    measurements: [],
    goals: [
      goal('judgements for a burst about one node', burst.judgements, MAX_JUDGEMENTS),
      goal('reads of a judged node, beside what all nodes share', perNode, MAX_READS),
      goal('API calls for noise', noiseCalls, 0),
    ],
  };
}

function told({ calls }: Counted): string {
  return [...calls].map(([what, number]) => `${what} ${number}`).join(', ');
}
