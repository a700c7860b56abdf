// A served function that ignores every event, wired as infra/server wires one: configuration, log, metrics, spans, HTTP.
import { pino } from 'pino';
import { readConfig } from '../../../shared/config/config.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import { createEventApp } from '../../../shared/http/event-app.ts';
import { listen } from '../../../shared/http/server.ts';
import { createLogger } from '../../../shared/observability/logger.ts';
import { createMetrics } from '../../../shared/observability/metrics.ts';
import { observeFunction } from '../../../shared/observability/observe-function.ts';
import type { ServerlessFunction } from '../../../shared/runtime/serverless-function.ts';

const config = readConfig(process.env);
const log = createLogger({
  level: config.logLevel,
  facts: { function: 'ignoring' },
  destination: pino.destination({ sync: true }),
});
const metrics = createMetrics({
  functionName: 'ignoring',
  knownTypes: ['dev.knative.apiserver.resource.update'],
});
const ignoring: ServerlessFunction = {
  manifest: {
    name: 'ignoring',
    summary: 'Ignores every event.',
    consumes: [],
    emits: [],
    permissions: [],
    requestTimeoutMs: durationMs(1_000),
  },
  handle: async ({ data }) => {
    if (typeof data !== 'object') throw new TypeError('the event was not parsed');
    return 'ignored';
  },
};
const app = createEventApp(observeFunction(ignoring, { log, metrics }), {
  log,
  metrics,
  maxBodyBytes: config.maxBodyBytes,
  maxConcurrent: config.maxConcurrentEvents,
  maxWaiting: config.maxConcurrentEvents * 10,
  onQueueDepth: metrics.queueDepth,
  exposition: metrics,
});
const listening = await listen(app, {
  port: config.port,
  host: '127.0.0.1',
  graceMs: config.shutdownGraceMs,
});
process.once('SIGTERM', () => void listening.close().then(() => process.exit(0)));
