import type { NodePlacement } from '../../../shared/domain/placement-objects.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { SimulatedCluster } from './cluster/simulated-cluster.ts';
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
const ONLY_CHOSEN: NodePlacement = { nodeSelector: { [STORY_LABEL]: '' } };
const nothing = (): void => undefined;

/**
 * The runbook's story: an administrator restricts where virt-handler runs, forgets a node on which VMs are, and puts the
 * label on it in the end. For a cluster whose times are a tenth of the real ones: handlers go within a second of the
 * change and come back within two of the label.
 *
 * @param fixAtMs - when the label comes: late enough for whoever is watching to have said what is wrong
 */
export function runbookStory(fixAtMs = 10_000): Story {
  return [
    {
      atMs: 0,
      title: 'Four VMs run on node01, node02 and node03; every node has its virt-handler',
      act: nothing,
    },
    {
      atMs: 1_000,
      title: `An administrator labels node01 and node03 with ${STORY_LABEL}; node02 is forgotten`,
      act: (cluster) => {
        for (const node of CHOSEN) cluster.label(node, STORY_LABEL, '');
      },
    },
    {
      atMs: 2_000,
      title: `An administrator sets spec.workloads.nodePlacement: nodes with ${STORY_LABEL} only`,
      act: (cluster) => cluster.setPlacement(ONLY_CHOSEN),
    },
    {
      atMs: fixAtMs,
      title: `The fix: kubectl label node node02 ${STORY_LABEL}=`,
      act: (cluster) => cluster.label('node02', STORY_LABEL, ''),
    },
    { atMs: fixAtMs + 5_000, title: 'The end: every node has its virt-handler again', act: nothing },
  ];
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
