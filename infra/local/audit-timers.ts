import type { Config } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { AuditScope } from '../../shared/events/audit-events.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { timedAudit } from '../../shared/events/timed-audit.ts';
import { failureFacts } from '../../shared/observability/failure-facts.ts';
import type { Log } from '../../shared/runtime/ports.ts';

export interface AuditTimerOptions {
  readonly publish: (event: ProductEvent) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Pick<Config, 'clusterName' | 'tickMs' | 'sweepMs'>;
}

/**
 * Asks for audits: for all nodes at once and then every `SWEEP_SECONDS`, for unsettled ones every `TICK_SECONDS`. A request
 * that finds no room is left out: the next one asks for the same.
 *
 * @returns what stops it
 */
export function startAuditTimers({ publish, clock, log, config }: AuditTimerOptions): () => void {
  const ask = (scope: AuditScope): void => {
    publish(timedAudit(scope, config.clusterName, clock.now())).catch((error: unknown) =>
      log.warn({ scope, ...failureFacts(error) }, 'an audit was left out: the next one makes up for it'),
    );
  };
  ask('all');
  const timers = [
    setInterval(() => ask('all'), config.sweepMs),
    setInterval(() => ask('unsettled'), config.tickMs),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
