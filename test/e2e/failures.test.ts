import { afterEach, beforeAll, expect, it } from 'vitest';
import type { IncidentStore } from '../../shared/runtime/ports.ts';
import { resourceEvent } from '../support/raw-events.ts';
import { ApiProxy, type Treatment } from './support/api-proxy.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { encodeMessage } from './support/event-message.ts';
import type { Answer } from './support/event-router.ts';
import { INCIDENTS_NAMESPACE, installIncidents, openIncidents } from './support/incidents.ts';
import { Knative } from './support/knative.ts';
import { createVmi, installKubeVirt } from './support/kubevirt.ts';
import { createNode } from './support/nodes.ts';
import { kinds, ref } from './support/objects.ts';
import { statesOf, transitionsIn } from './support/transitions.ts';
import { until } from './support/until.ts';

const TAINT = { key: 'dedicated', value: 'db', effect: 'NoExecute' } as const;
const SINK_SECONDS = 1;

/** What is broken, by the name of the node that it happens to. */
const BROKEN_API: Readonly<Record<string, Treatment>> = {
  'api-server-down': 'cut',
  'api-server-silent': 'silence',
  'api-server-busy': { status: 429 },
  'api-server-broken': { status: 500 },
};
const BROKEN_SINK: Readonly<Record<string, () => Promise<Answer>>> = {
  'sink-down': async () => ({ accepts: false, status: 'cut' }),
  'sink-busy': async () => ({ accepts: false, status: 429 }),
  // It took the event, but nobody was told.
  'sink-answer-lost': async () => ({ accepts: true, status: 'cut' }),
  'sink-slow': () =>
    new Promise((resolve) => {
      setTimeout(() => resolve({ accepts: true, status: 202 }), SINK_SECONDS * 2_000);
    }),
};
const OTHERS = ['write-lost', 'conflicts', 'killed-before-telling'];

describeCluster('what is down for a while', (cluster) => {
  let store: IncidentStore;
  let knative: Knative;
  let proxy: ApiProxy;

  beforeAll(async () => {
    await installIncidents(cluster);
    await installKubeVirt(cluster.api);
    for (const name of [...Object.keys(BROKEN_API), ...Object.keys(BROKEN_SINK), ...OTHERS]) {
      await createNode(cluster.api, name, { taints: [TAINT] });
      await createVmi(cluster.api, { name: `vm-${name}`, namespace: 'tenant-a', node: name });
    }
    const incidents = openIncidents(cluster.kubeconfig);
    store = incidents.store;
    proxy = await ApiProxy.start(cluster.plane);
    knative = await Knative.start({
      kubeconfig: proxy.kubeconfig,
      namespace: INCIDENTS_NAMESPACE,
      functions: ['node-changed', 'audit'],
      env: { SINK_TIMEOUT_SECONDS: `${SINK_SECONDS}` },
    });
    return async () => {
      await knative.stop();
      await proxy.close();
      incidents.close();
    };
  });

  const { treat: pass } = { treat: () => 'pass' as const };
  afterEach(() => {
    proxy.treat = pass;
    knative.router.answer = async () => ({ accepts: true, status: 202 });
  });

  /** Sends what ApiServerSource tells of a node, once. */
  async function tell(node: string): Promise<number> {
    const event = resourceEvent('add', await cluster.api.get(ref(kinds.node, node)));
    const { headers, body } = encodeMessage(event);
    const { url } = knative.processOf('node-changed');
    return (await fetch(url, { method: 'POST', headers, body })).status;
  }

  /** That the node's incident was opened, under one id, which is also the one that is in its record. */
  async function expectOpened(node: string): Promise<void> {
    const { published } = knative.router;
    expect(statesOf(published, node)).toEqual(['opened TaintNotTolerated']);
    const record = await store.get(node);
    expect(transitionsIn(published, node).map(({ id }) => id)).toEqual([`${record?.uid}.1.1.opened`]);
    expect(record).toMatchObject({ outbox: [], incident: { state: 'Open', revision: 1 } });
  }

  it.each(Object.entries(BROKEN_API))(
    '%s: 503 until it is back, then once what is true',
    async (node, treatment) => {
      proxy.treat = () => treatment;
      expect(await tell(node)).toBe(503);
      expect(transitionsIn(knative.router.published, node)).toEqual([]);
      proxy.treat = pass;
      expect(await tell(node)).toBe(204);
      await expectOpened(node);
    },
    60_000,
  );

  it.each(Object.entries(BROKEN_SINK))(
    '%s: 503, accepted before, and told under that id',
    async (node, answer) => {
      knative.router.answer = answer;
      expect(await tell(node)).toBe(503);
      const record = await store.get(node);
      expect(record?.outbox.map(({ id }) => id)).toEqual([`${record?.uid}.1.1.opened`]);
      knative.router.answer = async () => ({ accepts: true, status: 202 });
      expect(await tell(node)).toBe(204);
      await expectOpened(node);
    },
  );

  it('finds its own write when the answer to it was lost', async () => {
    let lost = 0;
    proxy.treat = ({ method }) => {
      if (method !== 'PUT' || lost > 0) return 'pass';
      lost += 1;
      return 'lose the answer';
    };
    const statuses = [await tell('write-lost')];
    if (statuses[0] === 503) statuses.push(await tell('write-lost'));
    expect(statuses.at(-1)).toBe(204);
    expect(lost).toBe(1);
    await expectOpened('write-lost');
  });

  it('asks to come again while every write conflicts', async () => {
    proxy.treat = ({ method }) => (method === 'PUT' ? { status: 409 } : 'pass');
    expect(await tell('conflicts')).toBe(503);
    proxy.treat = pass;
    expect(await tell('conflicts')).toBe(204);
    await expectOpened('conflicts');
  });

  it('is killed after it wrote and before it told: the next audit tells it, under the same id', async () => {
    const node = 'killed-before-telling';
    const killed = knative.processOf('node-changed');
    let held: string | undefined;
    let letGo: (answer: Answer) => void = () => undefined;
    knative.router.answer = ({ id }) => {
      held = id;
      return new Promise((resolve) => {
        letGo = resolve;
      });
    };
    const told = tell(node).catch(() => 'killed');
    await until('it is about to be told', async () => held !== undefined);
    await killed.kill();
    letGo({ accepts: false, status: 'cut' });
    expect(await told).toBe('killed');
    expect((await store.get(node))?.outbox.map(({ id }) => id)).toEqual([held]);
    knative.router.answer = async () => ({ accepts: true, status: 202 });
    await knative.audit();
    await expectOpened(node);
    expect(transitionsIn(knative.router.published, node)[0]?.id).toBe(held);
    await killed.start();
  });
});
