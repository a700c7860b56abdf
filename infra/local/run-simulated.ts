import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import type { LogTarget } from '../../shared/observability/logger.ts';
import { observeProcess } from '../server/observe-process.ts';
import { startEmbedded } from './embedded.ts';
import { SIMULATED_NAMESPACE, simulatedConnection } from './simulated-connection.ts';
import { type Simulation, startSimulation } from './simulation/start-simulation.ts';
import { playStory, runbookStory, STORY_TIMINGS } from './simulation/story.ts';

/** What is quicker in a story than in a cluster; whoever sets these variables has the last word. */
export const STORY_ENVIRONMENT = {
  CLUSTER_NAME: 'simulated',
  // Twice as long as a handler of the story takes to come back, so that its roll-outs are none of its incidents.
  GRACE_SECONDS: '10',
  TICK_SECONDS: '1',
  SWEEP_SECONDS: '10',
  LOG_LEVEL: 'error',
};

const TELLS_NOBODY =
  '         -- NOTIFY_CONFIG is not read: a story tells nobody. kubevirt-orphans route shows who would be told';

/** How long the last resolution may take after the story. */
const SETTLE_POLLS = 50;
const POLL_MS = 100;

export interface RunSimulatedOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** Takes the log, one JSON object a line. */
  readonly logTo: LogTarget;
  readonly onEvent: (event: ProductEvent) => void;
  /** Takes what happens to the cluster, a line each. */
  readonly say: (line: string) => void;
  /** Whether the cluster stays when the story is over. */
  readonly keep: boolean;
  /** Whether what the story began was seen to its end. */
  readonly isSettled: () => boolean;
  /** Ends it, also in the middle of the story. */
  readonly signal: AbortSignal;
}

/** Plays the runbook's story on a simulated cluster, watched by all functions. Nothing outside of the process is touched. */
export async function runSimulated(options: RunSimulatedOptions): Promise<void> {
  const { config, logTo, say, signal } = options;
  if (config.notifyConfig !== undefined) say(TELLS_NOBODY);
  const simulation = await startSimulation({ timings: STORY_TIMINGS });
  simulation.cluster.addNamespace(SIMULATED_NAMESPACE);
  try {
    const embedded = await startEmbedded({
      ...options,
      ...observeProcess('all', config, logTo),
      // Nobody is woken by a story: only the log is told.
      config: { ...config, notifyConfig: undefined },
      env: {},
      connection: simulatedConnection(simulation.server),
    });
    try {
      await Promise.race([embedded.watch(signal), tell(simulation, options)]);
    } finally {
      await embedded.stop();
    }
  } finally {
    await simulation.stop();
  }
}

/** The story from its beginning to its end, and then, if that is wanted, nothing for ever. */
async function tell(simulation: Simulation, { say, keep, isSettled }: RunSimulatedOptions): Promise<void> {
  await playStory(runbookStory(), simulation, ({ title }) => say(`         -- ${title}`));
  for (let poll = 0; poll < SETTLE_POLLS && !isSettled(); poll += 1) await sleep(POLL_MS);
  if (!keep) return;
  say(`The cluster stays until Ctrl-C: its API server is ${simulation.server}, for instance`);
  say(`  kubectl --server ${simulation.server} get nodes,vmis,orphanincidents -A`);
  await new Promise<never>(() => undefined);
}
