import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Embedded, startEmbedded } from '../../../infra/local/embedded.ts';
import { SIMULATED_NAMESPACE, simulatedConnection } from '../../../infra/local/simulated-connection.ts';
import { TYPES } from '../../../infra/local/simulation/api/resource-type.ts';
import { faster, REAL_TIMINGS } from '../../../infra/local/simulation/controllers/timings.ts';
import { type Simulation, startSimulation } from '../../../infra/local/simulation/start-simulation.ts';
import { readConfig } from '../../../shared/config/config.ts';
import { epochMs } from '../../../shared/domain/units.ts';
import { createMetrics } from '../../../shared/observability/metrics.ts';
import { SILENT_LOG } from '../../support/runtime-ports.ts';

const EVENTS = 1_000;
const NODE = 'node02';
/** Nothing but the events of the test has a node judged. */
const QUIET = { TICK_SECONDS: '3600', SWEEP_SECONDS: '3600' };
let simulation: Simulation;
let embedded: Embedded;
let watching: Promise<void>;
/** Names of nodes, once for each judgement. */
let judged: unknown[];
/** How many changes were acted on, by what happened. */
const handled = new Map<string, number>();

beforeEach(async () => {
  simulation = await startSimulation({ timings: faster(REAL_TIMINGS, 20) });
  simulation.cluster.addNamespace(SIMULATED_NAMESPACE);
  judged = [];
  embedded = await startEmbedded({
    connection: simulatedConnection(simulation.server),
    config: readConfig(QUIET),
    env: {},
    clock: { now: () => epochMs(Date.now()) },
    onEvent: () => undefined,
    log: {
      ...SILENT_LOG,
      debug: ({ node }, text) => void (text === 'node judged' && judged.push(node)),
    },
    metrics: {
      ...createMetrics({ functionName: 'all', knownTypes: [], processMetrics: false }),
      eventHandled: (type, outcome) => {
        const verb = type.replace('dev.knative.apiserver.resource.', '');
        if (outcome === 'done') handled.set(verb, (handled.get(verb) ?? 0) + 1);
      },
    },
  });
  watching = embedded.watch(new AbortController().signal);
  // What exists at the start is told and judged first.
  await expect.poll(() => new Set(judged).size, { timeout: 10_000 }).toBe(3);
  await embedded.broker.drain();
});
afterEach(async () => {
  await embedded.stop();
  await watching;
  await simulation.stop();
});

/** The time of the `index`th change, as a condition has it: each differs, so that each matters. */
function timeOf(index: number): string {
  return new Date(Date.UTC(2026, 7, 22, 10, 0, index)).toISOString();
}

/** Changes the node's handler, from Ready to Ready at another time. */
function changeHandler(index: number): void {
  const [handler] = simulation.cluster.handlersOn(NODE);
  const { name = '', namespace = '' } = handler?.metadata ?? {};
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: timeOf(index) }];
  simulation.cluster.api.update({ type: TYPES.pod, name, namespace, subresource: 'status' }, (pod) => ({
    ...pod,
    status: { ...pod.status, conditions },
  }));
}

/** Every other of them is about a VMI, every other about its launcher. */
function addVmi(index: number): void {
  if (index % 2 === 0) simulation.cluster.addVmi({ namespace: 'burst', name: `vm-${index}`, node: NODE });
}

describe('a thousand events about one node at once', () => {
  it.each([
    ['one pod', 'update', changeHandler],
    ['many VMIs and pods', 'add', addVmi],
  ])('cost three judgements at most, when they are about %s', async (_, verb, change) => {
    judged.length = 0;
    handled.clear();
    const began = performance.now();
    for (let index = 0; index < EVENTS; index += 1) change(index);
    await expect.poll(() => handled.get(verb), { timeout: 15_000 }).toBeGreaterThanOrEqual(EVENTS);
    await embedded.broker.drain();
    expect(judged).toContain(NODE);
    expect(judged.length).toBeLessThanOrEqual(judgementsIn(performance.now() - began));
  });
});

/** Two begin in any second, and one follows: three, where a thousand events do not take longer than a second. */
function judgementsIn(ms: number): number {
  return 3 + 2 * Math.floor(ms / 1_000);
}
