import { type DurationMs, durationMs, type EpochMs, epochMs } from '../../shared/domain/units.ts';
import type { Log, Metrics } from '../../shared/runtime/ports.ts';
import { FakeIncidents, FakeSink } from './fake-incidents.ts';

export const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export const NO_METRICS: Metrics = {
  eventHandled: () => undefined,
  eventPublished: () => undefined,
  nodeJudged: () => undefined,
  detectionLatency: () => undefined,
  noticeTold: () => undefined,
  remediationTold: () => undefined,
  sweepFound: () => undefined,
};

/** A clock that stands still until it is told; waiting moves it. */
export class TestClock {
  #now: number;

  constructor(start = '2026-08-22T10:00:00Z') {
    this.#now = Date.parse(start);
  }

  now(): EpochMs {
    return epochMs(this.#now);
  }

  pass(seconds: number): void {
    this.#now += seconds * 1_000;
  }

  readonly wait = async (delayMs: DurationMs): Promise<void> => {
    this.#now += delayMs;
    await Promise.resolve();
  };
}

/** Ports of a test: a fake store and sink, a clock that stands still. */
export function settlePorts() {
  const clock = new TestClock();
  const incidents = new FakeIncidents();
  const sink = new FakeSink();
  return {
    clock,
    incidents,
    sink,
    log: SILENT_LOG,
    metrics: NO_METRICS,
    policy: { graceMs: durationMs(120_000) },
    clusterName: 'test',
    wait: clock.wait,
  };
}
