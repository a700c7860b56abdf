import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { createLogger } from '../../shared/observability/logger.ts';
import { createMetrics } from '../../shared/observability/metrics.ts';
import { KNOWN_TYPES } from '../server/serve-function.ts';
import { stopSignal } from '../server/stop-signal.ts';
import { startEmbedded } from './embedded.ts';
import { SIMULATED_NAMESPACE, simulatedConnection } from './simulated-connection.ts';
import { faster, REAL_TIMINGS } from './simulation/controllers/timings.ts';
import { startSimulation } from './simulation/start-simulation.ts';
import { playStory, runbookStory } from './simulation/story.ts';

/** What is quicker in a story than in a cluster; whoever sets these variables has the last word. */
export const STORY_ENVIRONMENT = {
  CLUSTER_NAME: 'simulated',
  GRACE_SECONDS: '3',
  TICK_SECONDS: '1',
  SWEEP_SECONDS: '10',
  LOG_LEVEL: 'error',
};

/** How much faster than in a real cluster roll-outs and restarts are. */
const STORY_SPEED = 10;
/** How long the last resolution may take after the story. */
const SETTLE_POLLS = 100;
const POLL_MS = 100;

export interface RunSimulatedOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** Takes the log, one JSON object a line. */
  readonly logTo: { write(line: string): unknown };
  readonly onEvent: (event: ProductEvent) => void;
  /** Takes what happens to the cluster, a line each. */
  readonly say: (line: string) => void;
  /** Whether the cluster stays when the story is over. */
  readonly keep: boolean;
  /** Whether what the story began was seen to its end. */
  readonly isSettled: () => boolean;
}

/** Plays the runbook's story on a simulated cluster, watched by all functions. Nothing outside of the process is touched. */
export async function runSimulated(options: RunSimulatedOptions): Promise<void> {
  const { config, clock, logTo, onEvent, say, keep, isSettled } = options;
  const simulation = await startSimulation({ timings: faster(REAL_TIMINGS, STORY_SPEED) });
  simulation.cluster.addNamespace(SIMULATED_NAMESPACE);
  const stop = new AbortController();
  const facts = { function: 'all', cluster: config.clusterName };
  const log = createLogger({
    level: config.logLevel,
    facts,
    destination: { write: (line) => void logTo.write(line) },
  });
  const metrics = createMetrics({ functionName: 'all', knownTypes: KNOWN_TYPES });
  try {
    const { ended } = await startEmbedded({
      connection: simulatedConnection(simulation.server),
      config,
      clock,
      log,
      metrics,
      onEvent,
      signal: stop.signal,
    });
    const playing = playStory(runbookStory(), simulation, ({ title }) => say(`         -- ${title}`));
    await Promise.race([playing, ended]);
    for (let poll = 0; poll < SETTLE_POLLS && !isSettled(); poll += 1) await sleep(POLL_MS);
    if (keep) {
      say(`The cluster stays until Ctrl-C: its API server is ${simulation.server}, for instance`);
      say(`  kubectl --server ${simulation.server} get nodes,vmis,orphanincidents -A`);
      await Promise.race([stopSignal(), ended]);
    }
    stop.abort();
    await ended;
  } finally {
    await simulation.stop();
  }
}
