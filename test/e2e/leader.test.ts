import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type LoopbackSink, startLoopbackSink } from '../support/loopback-sink.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { freePort } from './support/free-port.ts';
import { INCIDENTS_NAMESPACE, installIncidents } from './support/incidents.ts';
import { installKubeVirt } from './support/kubevirt.ts';
import { setTaints } from './support/nodes.ts';
import { setScene, startVmi } from './support/stage.ts';
import { until } from './support/until.ts';

const program = fileURLToPath(new URL('../../dist/kubevirt-orphans.mjs', import.meta.url));
const TAINT = { key: 'maintenance', value: 'true', effect: 'NoExecute' } as const;
/** The Lease's 15 s, the 2 s after which it is asked for again, and the first audit of the new leader. */
const TAKEN_OVER_WITHIN_MS = 30_000;
const STORY_MS = 150_000;

/** `run`, as one of several. */
class Instance {
  readonly port: number;
  readonly #child;
  #said = '';

  constructor(port: number, env: Readonly<Record<string, string>>) {
    this.port = port;
    this.#child = spawn(process.execPath, [program, 'run', '-o', 'json'], {
      env: { PATH: process.env['PATH'], ...env, PORT: `${port}`, LEADER_ELECTION: 'true' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = `${this.#said}${text}`.slice(-20_000);
    });
  }

  /** The status of a probe; `undefined` when nobody answers. */
  async probe(which: 'liveness' | 'readiness'): Promise<number | undefined> {
    if (this.#child.exitCode !== null)
      throw new Error(`run ended with ${this.#child.exitCode}:\n${this.#said}`);
    const answer = await fetch(`http://127.0.0.1:${this.port}/health/${which}`).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.status;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }
}

/** The transitions that a sink was told, in order. */
const opened = ({ events }: LoopbackSink): readonly string[] =>
  events.filter(({ type }) => type.endsWith('incident.opened.v1')).map(({ subject }) => subject ?? '');

describeCluster('two instances of run on a real control plane', (cluster) => {
  it(
    'when the leader is killed the other goes on within the time of its Lease; nothing is lost or told twice',
    async () => {
      await installIncidents(cluster);
      await setScene(cluster, await installKubeVirt(cluster.api));
      for (const node of ['node01', 'node02']) await startVmi(cluster, `vm-${node}`, node);
      const sink = await startLoopbackSink();
      const env = {
        KUBECONFIG: cluster.kubeconfig,
        POD_NAMESPACE: INCIDENTS_NAMESPACE,
        K_SINK: sink.url,
        TICK_SECONDS: '2',
        SWEEP_SECONDS: '10',
      };
      const first = new Instance(await freePort(), env);
      const second = new Instance(await freePort(), env);
      try {
        const leader = await until(
          'one leads',
          async () => {
            for (const it of [first, second]) if ((await it.probe('readiness')) === 200) return it;
            return undefined;
          },
          TAKEN_OVER_WITHIN_MS,
        );
        const other = leader === first ? second : first;
        expect([await other.probe('readiness'), await other.probe('liveness')]).toEqual([503, 200]);
        await setTaints(cluster.api, 'node01', [TAINT]);
        await until(
          'node01 is told',
          async () => opened(sink).includes('nodes/node01'),
          TAKEN_OVER_WITHIN_MS,
        );
        await leader.end('SIGKILL');
        // While nobody leads.
        await setTaints(cluster.api, 'node02', [TAINT]);
        await until(
          'the other leads',
          async () => (await other.probe('readiness')) === 200,
          TAKEN_OVER_WITHIN_MS,
        );
        await until(
          'node02 is told',
          async () => opened(sink).includes('nodes/node02'),
          TAKEN_OVER_WITHIN_MS,
        );
        expect(opened(sink)).toEqual(['nodes/node01', 'nodes/node02']);
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
