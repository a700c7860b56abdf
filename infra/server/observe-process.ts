import type { Config } from '../../shared/config/config.ts';
import { ALERTMANAGER_WEBHOOK_TYPE } from '../../shared/events/alertmanager-events.ts';
import { CONTRACT } from '../../shared/events/contract.ts';
import { OBJECT_CHANGE_TYPES, PING_TYPE } from '../../shared/events/raw-events.ts';
import { createLogger, type LogTarget, logDestination } from '../../shared/observability/logger.ts';
import { createMetrics, type ProcessMetrics } from '../../shared/observability/metrics.ts';
import type { Log } from '../../shared/runtime/ports.ts';

/** The types that metrics count by name, and that a process with all functions takes. */
export const KNOWN_TYPES: readonly string[] = [
  ...CONTRACT.map(({ type }) => type),
  ...OBJECT_CHANGE_TYPES,
  PING_TYPE,
  ALERTMANAGER_WEBHOOK_TYPE,
];

/** How a process tells what it does. */
export interface ProcessObservability {
  readonly log: Log;
  readonly metrics: ProcessMetrics;
}

/**
 * Makes the log and the metrics of a process.
 *
 * @param functionName - the function that it serves, or `all`
 * @param logTo - takes the log, one JSON object a line
 */
export function observeProcess(
  functionName: string,
  { logLevel, clusterName }: Pick<Config, 'logLevel' | 'clusterName'>,
  logTo: LogTarget,
): ProcessObservability {
  const log = createLogger({
    level: logLevel,
    facts: { function: functionName, cluster: clusterName },
    destination: logDestination(logTo),
  });
  return { log, metrics: createMetrics({ functionName, knownTypes: KNOWN_TYPES }) };
}
