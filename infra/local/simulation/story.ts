import type { NodePlacement } from '../../../shared/domain/placement-objects.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { SimulatedCluster } from './cluster/simulated-cluster.ts';
import { faster, REAL_TIMINGS, type Timings } from './controllers/timings.ts';
import type { SimulationTime } from './time/simulation-time.ts';

/** One thing that happens in a story. */
export interface StoryStep {
  /** From the story's beginning, in milliseconds. */
  readonly atMs: number;
  /** What happens, as one line says it. */
  readonly title: string;
  readonly act: (cluster: SimulatedCluster) => void;
}

/** What happens to a cluster, in the order of its times. */
export type Story = readonly StoryStep[];

/** The label by which the story's administrator chooses nodes for virtual machines. */
export const STORY_LABEL = 'node-role.kubernetes.io/virt';
const CHOSEN = ['node01', 'node03'];
const FORGOTTEN = 'node02';
const ONLY_CHOSEN: NodePlacement = { nodeSelector: { [STORY_LABEL]: '' } };
const nothing = (): void => undefined;

/**
 * What the story's cluster needs for everything: a tenth of the real times, but for a handler's way to Ready. That is
 * longer than what has to happen meanwhile, so that a busy machine does not tell another story.
 */
export const STORY_TIMINGS: Timings = { ...faster(REAL_TIMINGS, 10), handlerReadyMs: durationMs(5_000) };

/**
 * The runbook's story: a virt-handler is restarted, as upgrades do it, and while that is under way an administrator restricts
 * where virt-handler runs, forgets the node on which that was, and puts the label on it in the end. So one node goes through
 * all states: suspected by the restart, open by the placement, over by the label.
 *
 * For a cluster with `STORY_TIMINGS`: the restarted handler would be Ready after 5.2 s; the placement comes to it more than 2 s
 * after its deletion, since who suspects without a definite cause may wait a second for what all nodes share. The roll-out to the
 * two others takes 11 s, and the handler is back 5.2 s after the label.
 *
 * @param fixAtMs - when the label comes: late enough for whoever is watching to have said what is wrong
 */
export function runbookStory(fixAtMs = 15_000): Story {
  return [
    {
      atMs: 0,
      title: 'Four VMs run on node01, node02 and node03; every node has its virt-handler',
      act: nothing,
    },
    {
      atMs: 1_000,
      title: `An administrator labels node01 and node03 with ${STORY_LABEL}; ${FORGOTTEN} is forgotten`,
      act: (cluster) => {
        for (const node of CHOSEN) cluster.label(node, STORY_LABEL, '');
      },
    },
    {
      atMs: 2_000,
      title: `Somebody restarts virt-handler on ${FORGOTTEN}, which passes by itself`,
      act: restartHandler,
    },
    {
      atMs: 4_200,
      title: `An administrator sets spec.workloads.nodePlacement: nodes with ${STORY_LABEL} only`,
      act: (cluster) => cluster.setPlacement(ONLY_CHOSEN),
    },
    {
      atMs: fixAtMs,
      title: `The fix: kubectl label node ${FORGOTTEN} ${STORY_LABEL}=`,
      act: (cluster) => cluster.label(FORGOTTEN, STORY_LABEL, ''),
    },
    { atMs: fixAtMs + 7_000, title: 'The end: every node has its virt-handler again', act: nothing },
  ];
}

function restartHandler(cluster: SimulatedCluster): void {
  for (const { metadata } of cluster.handlersOn(FORGOTTEN))
    cluster.deletePod(metadata.namespace ?? '', metadata.name);
}

/**
 * Lets a story happen.
 *
 * @param onStep - is told each step right before it happens
 * @returns once the last step has happened; rejects with what a step throws
 */
export function playStory(
  story: Story,
  { cluster, time }: { readonly cluster: SimulatedCluster; readonly time: SimulationTime },
  onStep: (step: StoryStep) => void,
): Promise<void> {
  const steps = story.map(
    (step) =>
      new Promise<void>((resolve, reject) => {
        time.after(durationMs(step.atMs), () => {
          try {
            onStep(step);
            step.act(cluster);
            resolve();
          } catch (error) {
            reject(error);
          }
        });
      }),
  );
  return Promise.all(steps).then(nothing);
}
