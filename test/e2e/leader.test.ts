import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { derivedId } from '../../shared/events/derived-id.ts';
import { payload, sentAlert } from '../support/alerts.ts';
import { type LoopbackSink, startLoopbackSink } from '../support/loopback-sink.ts';
import { containerOf, variablesOf } from '../support/rendered-container.ts';
import { type Cluster, describeCluster } from './support/describe-cluster.ts';
import { freePort } from './support/free-port.ts';
import { INCIDENTS_NAMESPACE, installIncidents } from './support/incidents.ts';
import { installKubeVirt } from './support/kubevirt.ts';
import { setTaints } from './support/nodes.ts';
import { kind, ref } from './support/objects.ts';
import { forget } from './support/repair-story.ts';
import { setScene, startVmi } from './support/stage.ts';
import { until } from './support/until.ts';

const image = fileURLToPath(new URL('../../dist/', import.meta.url));
const TAINT = { key: 'maintenance', value: 'true', effect: 'NoExecute' } as const;
/** The Lease's 15 s, the 2 s after which it is asked for again, and some to look. */
const TAKEN_OVER_WITHIN_MS = 20_000;
/** That, and the first audit of the new leader. */
const TOLD_WITHIN_MS = 30_000;
const STORY_MS = 150_000;
/** The id of the sweep that is asked for. */
const ASKED = 'asked';

/** One of the replicas of the Deployment that is rendered: its command, its variables. */
class Replica {
  readonly port: number;
  readonly #child;
  #said = '';

  constructor(port: number, env: Readonly<Record<string, string>>) {
    this.port = port;
    const container = containerOf('kubernetes/program', 'Deployment', 'run');
    const [, program = '', ...args] = [...container.command, ...container.args];
    this.#child = spawn(process.execPath, [program.replace('/app/', image), ...args], {
      env: { PATH: process.env['PATH'], ...variablesOf(container), ...env, PORT: `${port}` },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = `${this.#said}${text}`.slice(-20_000);
    });
  }

  /** Who it says that it is. */
  get holder(): string {
    return `${hostname()}_${this.#child.pid}`;
  }

  /** The status of a request; `undefined` when nobody answers. */
  async ask(path: string, init: RequestInit = {}): Promise<number | undefined> {
    if (this.#child.exitCode !== null)
      throw new Error(`run ended with ${this.#child.exitCode}:\n${this.#said}`);
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, init).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status;
  }

  /** Sends an alert about a node. */
  async alert(node: string): Promise<number | undefined> {
    const headers = { 'content-type': 'application/json' };
    const startsAt = new Date().toISOString();
    const body = JSON.stringify(payload([sentAlert({ node }, { startsAt })]));
    return this.ask('/alerts', { method: 'POST', headers, body });
  }

  /** Asks for a sweep. */
  async audit(): Promise<number | undefined> {
    const headers = { 'content-type': 'application/cloudevents+json' };
    const type = 'dev.kubevirt-orphans.audit.requested.v1';
    const about = { source: '/test', subject: 'cluster', time: new Date().toISOString() };
    const body = JSON.stringify({ specversion: '1.0', id: ASKED, type, ...about, data: { scope: 'all' } });
    return this.ask('/', { method: 'POST', headers, body });
  }

  /** Whether `GET /metrics` says what a sweep has found. */
  async tellsOfSweep(): Promise<boolean> {
    const metrics = await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
    return metrics.includes('kubevirt_orphans_nodes{');
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }
}

/** The nodes whose incidents a sink was told to be open, in order. */
const opened = ({ events }: LoopbackSink): readonly string[] =>
  events.filter(({ type }) => type.endsWith('incident.opened.v1')).map(({ subject }) => subject ?? '');

/** Whether a sink was told of the end of the sweep that was asked for. */
const swept = ({ events }: LoopbackSink): boolean =>
  events.some(({ id }) => id === derivedId('audit-completed', { id: ASKED }));

const LEADER_LEASE = ref(
  kind('coordination.k8s.io/v1/Lease'),
  'kubevirt-orphans-leader',
  INCIDENTS_NAMESPACE,
);

/** Who the Lease says that leads. */
async function holderOf(cluster: Cluster): Promise<string> {
  const path = '{.spec.holderIdentity}';
  const lease = ['get', 'lease', 'kubevirt-orphans-leader', '-n', INCIDENTS_NAMESPACE];
  return (await cluster.kubectl([...lease, '-o', `jsonpath=${path}`])).stdout;
}

describeCluster('the two replicas of run on a real control plane', (cluster) => {
  it(
    'when the leader is killed the other goes on within the time of its Lease, and takes what comes in meanwhile; nothing is lost or told twice',
    async () => {
      await installIncidents(cluster);
      await setScene(cluster, await installKubeVirt(cluster.api));
      // When it is tried again, somebody who is dead leads still.
      await forget({ cluster });
      await cluster.api.delete(LEADER_LEASE);
      for (const node of ['node01', 'node02', 'node03']) await startVmi(cluster, `vm-${node}`, node);
      const sink = await startLoopbackSink();
      const env = {
        KUBECONFIG: cluster.kubeconfig,
        POD_NAMESPACE: INCIDENTS_NAMESPACE,
        K_SINK: sink.url,
        TICK_SECONDS: '2',
        SWEEP_SECONDS: '3600',
        ALERT_WEBHOOK_INSECURE: 'true',
      };
      const first = new Replica(await freePort(), env);
      const second = new Replica(await freePort(), env);
      const told = (node: string) =>
        until(`${node} is told`, async () => opened(sink).includes(`nodes/${node}`), TOLD_WITHIN_MS);
      const leads = (replica: Replica) => async () => (await holderOf(cluster)) === replica.holder;
      try {
        for (const replica of [first, second])
          await until('both are ready', async () => (await replica.ask('/health/readiness')) === 200);
        const leader = await until('one leads', async () => {
          for (const it of [first, second]) if (await leads(it)()) return it;
          return undefined;
        });
        const other = leader === first ? second : first;
        await setTaints(cluster.api, 'node01', [TAINT]);
        await told('node01');
        // What one finds that does not lead, no later sweep of its own would correct.
        expect(await other.audit()).toBe(204);
        await until('it has swept', async () => swept(sink));
        await until('the leader has swept', () => leader.tellsOfSweep());
        expect(await other.tellsOfSweep()).toBe(false);

        await leader.end('SIGKILL');
        const killedAt = performance.now();
        // While nobody leads: one that nobody watches, and one of which an alert comes in.
        await setTaints(cluster.api, 'node02', [TAINT]);
        await setTaints(cluster.api, 'node03', [TAINT]);
        expect(await other.alert('node03')).toBe(204);
        await told('node03');
        expect(await leads(other)()).toBe(false);

        await until('the other leads', leads(other), TAKEN_OVER_WITHIN_MS);
        expect(performance.now() - killedAt).toBeLessThan(TAKEN_OVER_WITHIN_MS);
        await told('node02');
        await until('it tells what it finds', () => other.tellsOfSweep());
        expect(opened(sink)).toEqual(['nodes/node01', 'nodes/node03', 'nodes/node02']);
        // A new leader sees every object anew, and asks for the same audits under the same ids.
        const ids = sink.events.filter(({ type }) => !type.includes('.audit.')).map(({ id }) => id);
        expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
        await other.end('SIGTERM');
      } finally {
        await Promise.all([first.end('SIGKILL'), second.end('SIGKILL')]);
        await sink.stop();
      }
    },
    STORY_MS,
  );
});
