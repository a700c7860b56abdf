import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../shared/config/config.ts';
import type { Log } from '../../shared/runtime/ports.ts';
import type { Broker } from './broker/broker.ts';

export interface FinishOptions {
  readonly config: Pick<Config, 'shutdownGraceMs'>;
  readonly log: Log;
}

/** Takes nothing more and waits for what runs, no longer than `SHUTDOWN_GRACE_SECONDS`. */
export async function finish(broker: Broker, source: Promise<void>, options: FinishOptions): Promise<void> {
  const { config, log } = options;
  const timer = new AbortController();
  const late = sleep(config.shutdownGraceMs, 'late', { signal: timer.signal }).catch(() => undefined);
  try {
    if ((await Promise.race([closeAll(broker, source, options), late])) === 'late')
      log.warn({ graceMs: config.shutdownGraceMs }, 'what did not end in time is cut off');
  } finally {
    timer.abort();
  }
}

/** The broker is closed before the source is waited for, which may be waiting for room in it. */
async function closeAll(broker: Broker, source: Promise<void>, { log }: FinishOptions): Promise<void> {
  const undelivered = await broker.close();
  if (undelivered > 0)
    log.info(
      { undelivered },
      'some events are left undelivered: the first audit after the next start makes up for them',
    );
  await source;
}
