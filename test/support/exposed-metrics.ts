import { expect } from 'vitest';
import { createMetrics } from '../../shared/observability/metrics.ts';

/** The lines of `GET /metrics` of a process to which everything has happened that is counted. */
export async function exposedMetrics(): Promise<readonly string[]> {
  const metrics = createMetrics({ functionName: 'audit', knownTypes: ['a'], processMetrics: false });
  metrics.eventHandled('a', 'failed', 1);
  metrics.eventPublished('a', 'failed');
  metrics.detectionLatency('a', 1);
  metrics.deadLettered('sink', 'a');
  metrics.noticeTold('ops', 'failed');
  metrics.remediationTold('refused', 'NoStorm');
  metrics.remediationTold('failed', 'TimedOut');
  metrics.queueDepth(1);
  metrics.nodeJudged('Orphaned', 1);
  metrics.apiCall('nodes', 'get', '200', 1);
  metrics.sweepFound({
    orphanedNodesByCause: { Unknown: 1 },
    orphanedVmisByCause: { Unknown: 1 },
    nodesByVerdict: { Unknown: 1 },
    incidentsByState: { Open: 1 },
  });
  return (await metrics.text()).split('\n');
}

/** Fails when a PromQL expression asks for a metric, or for a label of it, that there is not. */
export async function expectExposed(expr: string): Promise<void> {
  const exposed = await exposedMetrics();
  const asked = [...expr.matchAll(/(kubevirt_orphans_\w+)(?:\{([^}]*)\})?/g)];
  expect(asked.length, expr).toBeGreaterThan(0);
  const by = [...expr.matchAll(/by \(([^)]+)\)/g)].flatMap(([, labels = '']) => labels.split(', '));
  for (const [, metric = '', matchers = ''] of asked) {
    const series = exposed.filter((line) => line.startsWith(`${metric}{`));
    // Of values that are not wanted, the label has to be there.
    const labels = matchers.split(',').map((matcher) => matcher.replace(/!~.*/, '='));
    const wanted = [...labels, ...by.map((label) => `${label}=`)];
    const matching = series.filter((line) => wanted.every((label) => line.includes(label)));
    expect(matching.length, `${metric} with ${wanted.join()}`).toBeGreaterThan(0);
  }
}
