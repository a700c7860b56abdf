import { afterAll, beforeAll, expect, it } from 'vitest';
import { FunctionProcess } from '../../e2e/support/function-process.ts';
import { type LoopbackSink, startLoopbackSink } from '../../support/loopback-sink.ts';
import { aHandler } from '../../support/objects.ts';
import { resourceEvent } from '../../support/raw-events.ts';
import { type ReachableSimulation, startReachableSimulation } from '../../support/simulated-kubeconfig.ts';

const EVENTS = 1_000;
let simulation: ReachableSimulation;
let sink: LoopbackSink;
let served: FunctionProcess;

beforeAll(async () => {
  simulation = await startReachableSimulation();
  sink = await startLoopbackSink();
  served = await FunctionProcess.start('handler-pod-changed', {
    K_SINK: sink.url,
    KUBECONFIG: simulation.kubeconfigFile,
  });
});
afterAll(async () => {
  await served.stop();
  await sink.stop();
  await simulation.stop();
});

/** Events that all matter: the pod's Ready condition changes every time. */
function burst() {
  return Array.from({ length: EVENTS }, (_, second) => {
    const lastTransitionTime = new Date(Date.UTC(2026, 7, 22, 10, 0, second)).toISOString();
    const conditions = [{ type: 'Ready', status: second % 2 === 0 ? 'True' : 'False', lastTransitionTime }];
    const pod = aHandler('node02', { name: 'handler', status: { phase: 'Running', conditions } });
    return { ...resourceEvent('update', pod), id: `burst-${second}` };
  });
}

it('judges a node at most three times for a thousand events about it at once', async () => {
  const headers = { 'content-type': 'application/cloudevents-batch+json' };
  const answer = await fetch(served.url, { method: 'POST', headers, body: JSON.stringify(burst()) });
  expect(answer.status).toBe(204);
  const handled = await served.metric('kubevirt_orphans_events_total', { outcome: 'done' });
  const judged = await served.metric('kubevirt_orphans_judgement_seconds_count');
  expect(handled).toBe(EVENTS);
  expect(judged).toBeGreaterThan(0);
  expect(judged).toBeLessThanOrEqual(3);
});
