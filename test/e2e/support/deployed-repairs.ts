import type { IncidentRecord, IncidentStore } from '../../../shared/runtime/ports.ts';
import type { KnativeDeployment } from './knative-deployment.ts';
import { type ORPHANINGS, orphan, type RemediationStage } from './remediation-stage.ts';
import { forget, stages } from './repair-story.ts';
import type { ShiftedClock } from './shifted-clock.ts';
import { clearWorkload, SCENE } from './stage.ts';
import { until } from './until.ts';

/** Longer than a roll-out and the looks after it, on a machine that does other things too. */
const PATIENCE_MS = 40_000;
/** A little more than success of a placement has to hold. */
const HOLDING_SECONDS = 13;

/** Where repairs are made by functions in processes of their own. */
export interface DeployedRepairs {
  readonly stage: RemediationStage;
  readonly knative: KnativeDeployment;
  readonly store: IncidentStore;
  /** That of the functions. */
  readonly clock: ShiftedClock;
}

/** Lets the node of the story lose its virt-handler, with nothing remembered from another story. */
export async function beginStory(
  { stage, store }: DeployedRepairs,
  how: keyof typeof ORPHANINGS,
): Promise<void> {
  await clearWorkload(stage.cluster.api);
  await until('nothing is open', async () =>
    (await store.list()).every(
      ({ incident, remediation }) => incident?.state === 'Resolved' && remediation.run === undefined,
    ),
  );
  await forget(stage);
  await orphan(stage, how);
}

/** Waits until it has come to that with the node of the story. */
export function awaitRecord(
  { store, knative }: DeployedRepairs,
  what: string,
  isSo: (record: IncidentRecord) => boolean,
): Promise<IncidentRecord> {
  return until(
    what,
    async () => {
      const record = await store.get(SCENE);
      if (record !== undefined && isSo(record)) return record;
      const { run } = record?.remediation ?? {};
      const told = stages({ told: knative.broker().published }).join(', ');
      throw new Error(
        `the incident is ${record?.incident?.state}, the run is ${run?.phase} with ${JSON.stringify(run?.refusedFor)}; told: ${told}`,
      );
    },
    PATIENCE_MS,
  );
}

/** Waits until the node has its virt-handler back, and all that was under way is over. */
export function awaitRepaired(repairs: DeployedRepairs): Promise<IncidentRecord> {
  const skipped = new Set<number>();
  return awaitRecord(repairs, `${SCENE} is repaired`, ({ incident, remediation: { run } }) => {
    const since = run?.successSince;
    if (since !== undefined && !skipped.has(since)) {
      skipped.add(since);
      repairs.clock.skip(HOLDING_SECONDS);
    }
    return incident?.state === 'Resolved' && run === undefined;
  });
}
