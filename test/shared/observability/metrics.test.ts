import { expect, it, vi } from 'vitest';
import { createMetrics } from '../../../shared/observability/metrics.ts';

const options = { functionName: 'audit', knownTypes: ['known.v1'], processMetrics: false };

async function linesOf(metrics: ReturnType<typeof createMetrics>): Promise<string[]> {
  return (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

it('counts and times events, ours and theirs, calls and judgements', async () => {
  const metrics = createMetrics(options);
  metrics.eventHandled('known.v1', 'ignored', 0.0004);
  metrics.eventPublished('known.v1', 'published');
  metrics.detectionLatency('known.v1', 0.1);
  metrics.nodeJudged('Orphaned', 0.02);
  metrics.apiCall('nodes', 'get', '200', 0.004);
  metrics.queueDepth(3);
  metrics.deadLettered('diagnose', 'known.v1');
  metrics.deadLettered('diagnose', 'invented');
  expect(await linesOf(metrics)).toEqual(
    expect.arrayContaining([
      'kubevirt_orphans_events_total{type="known.v1",outcome="ignored",function="audit"} 1',
      'kubevirt_orphans_event_handling_seconds_bucket{le="0.001",function="audit",type="known.v1",outcome="ignored"} 1',
      'kubevirt_orphans_published_events_total{type="known.v1",outcome="published",function="audit"} 1',
      'kubevirt_orphans_detection_latency_seconds_sum{function="audit",type="known.v1"} 0.1',
      'kubevirt_orphans_judgement_seconds_count{function="audit",verdict="Orphaned"} 1',
      'kubevirt_orphans_api_calls_total{resource="nodes",verb="get",outcome="200",function="audit"} 1',
      'kubevirt_orphans_api_call_seconds_sum{function="audit",resource="nodes",verb="get",outcome="200"} 0.004',
      'kubevirt_orphans_queue_depth{function="audit"} 3',
      'kubevirt_orphans_dead_letters_total{subscriber="diagnose",type="known.v1",function="audit"} 1',
      'kubevirt_orphans_dead_letters_total{subscriber="diagnose",type="other",function="audit"} 1',
    ]),
  );
});

it('shows what the last sweep found, and no longer what it did not', async () => {
  const metrics = createMetrics(options);
  const found = {
    orphanedNodesByCause: {},
    orphanedVmisByCause: {},
    nodesByVerdict: { Managed: 3 },
    incidentsByState: {},
  };
  metrics.sweepFound({ ...found, orphanedNodesByCause: { NodeNotReady: 2 }, incidentsByState: { Open: 2 } });
  metrics.sweepFound({ ...found, orphanedVmisByCause: { TaintNotTolerated: 7 } });
  const gauges = (await linesOf(metrics)).filter((line) => /_(orphaned|nodes|incidents)/.test(line));
  expect(gauges).toEqual([
    'kubevirt_orphans_orphaned_vmis{cause="TaintNotTolerated",function="audit"} 7',
    'kubevirt_orphans_nodes{verdict="Managed",function="audit"} 3',
  ]);
});

it('says when the last sweep ended', async () => {
  const metrics = createMetrics(options);
  const none = {
    orphanedNodesByCause: {},
    orphanedVmisByCause: {},
    nodesByVerdict: {},
    incidentsByState: {},
  };
  const isTold = async () =>
    (await metrics.text()).match(/^kubevirt_orphans_last_sweep_timestamp_seconds\{.*\} (.+)$/m);
  expect(Number((await isTold())?.[1] ?? 0)).toBe(0);
  vi.useFakeTimers({ now: Date.parse('2026-08-22T10:00:00Z') });
  metrics.sweepFound(none);
  vi.useRealTimers();
  expect(Number((await isTold())?.[1])).toBe(Date.parse('2026-08-22T10:00:00Z') / 1_000);
});

it('makes no series for types that a sender invents', async () => {
  const metrics = createMetrics(options);
  for (let count = 0; count < 1_000; count += 1) metrics.eventHandled(`invented.${count}`, 'done', 0);
  metrics.eventHandled('unreadable', 'rejected', 0);
  const totals = (await linesOf(metrics)).filter((line) => line.startsWith('kubevirt_orphans_events_total'));
  expect(totals).toEqual([
    'kubevirt_orphans_events_total{type="other",outcome="done",function="audit"} 1000',
    'kubevirt_orphans_events_total{type="unreadable",outcome="rejected",function="audit"} 1',
  ]);
});

it('has the metrics of the process too, unless told otherwise', async () => {
  const { text, contentType } = createMetrics({ functionName: 'audit', knownTypes: [] });
  expect(await text()).toContain('process_cpu_seconds_total');
  expect(contentType).toContain('version=0.0.4');
});
