import { conditionOf } from '../../causes/evidence.ts';
import { installedKubeVirt } from '../../installation.ts';
import type { DaemonSetObject, KubeVirtObject } from '../../objects.ts';
import type { Situation } from '../situation.ts';
import { type Answer, cannotBeTold, unless, whenRead } from './gate-answer.ts';
import type { Reach, Write } from './gate-input.ts';

const WHAT = 'Whether KubeVirt is settled';

/**
 * Whether no rollout is under way that the write would meet, or be judged wrong by.
 *
 * | what is looked at | Node | HandlerPod | Placement |
 * | --- | --- | --- | --- |
 * | KubeVirt is deployed, is not being deleted, and is not Degraded (an update or an error) | ✓ | ✓ | ✓ |
 * | its last edit has reached the DaemonSet: the template is the one that was judged | ✓ | ✓ | ✓ |
 * | the platform is not being updated | ✓ | ✓ | ✓ |
 * | every virt-handler pod is of the newest template | – | ✓ | ✓ |
 * | every virt-handler is available, none is leaving, and KubeVirt says Available for its last edit | – | – | ✓ |
 *
 * A label brings a virt-handler also in the middle of a rollout: whoever lacks one is served first. KubeVirt is not
 * Available as long as one virt-handler is not Ready, so that whoever restarts that one must not wait for it. That
 * KubeVirt is Available is no proof of the end of a rollout without the DaemonSet's counters, and its phase and
 * deployment ids say nothing of one. virt-api, which has to be Ready for a placement to be rolled out, cannot be read here.
 * Source: facts/operator-rollout.md, surprises 1, 5, 9, 10 and "What a remediation program must wait for".
 */
export function kubeVirtSettled({ reach, situation }: Write): Answer {
  const { facts, judgement, interlocks } = situation;
  const { daemonSet, namespace } = judgement.installation;
  const unread = facts.unread.get('KubeVirt') ?? facts.unread.get('DaemonSet');
  if (unread !== undefined) return cannotBeTold(WHAT, unread.message);
  const kubeVirt = installedKubeVirt(facts, namespace);
  if (kubeVirt === undefined || daemonSet === undefined)
    return cannotBeTold(
      WHAT,
      `there is no ${kubeVirt === undefined ? 'KubeVirt resource that is the one' : 'virt-handler DaemonSet'}`,
    );
  return whenRead(interlocks.platformUpdate, 'Whether the platform is being updated', (update) =>
    unless(
      [
        ...(update === undefined ? [] : [`the platform: ${update}`]),
        ...CHECKS.filter(({ reaches }) => reaches.includes(reach)).flatMap(({ against }) =>
          against({ kubeVirt, daemonSet, situation }),
        ),
      ],
      'KubeVirt is not settled',
      'KubeVirt is settled, as far as the change needs it.',
    ),
  );
}

interface Seen {
  readonly kubeVirt: KubeVirtObject;
  readonly daemonSet: DaemonSetObject;
  readonly situation: Situation;
}

interface Check {
  readonly reaches: readonly Reach[];
  /** What is against it, in phrases. */
  readonly against: (seen: Seen) => readonly string[];
}

const CHECKS: readonly Check[] = [
  { reaches: ['Node', 'HandlerPod', 'Placement'], against: notDeployed },
  { reaches: ['Node', 'HandlerPod', 'Placement'], against: notApplied },
  { reaches: ['HandlerPod', 'Placement'], against: oldPods },
  { reaches: ['Placement'], against: notAvailable },
];

function notDeployed({ kubeVirt }: Seen): readonly string[] {
  const { phase } = kubeVirt.status ?? {};
  const degraded = conditionOf(kubeVirt, 'Degraded');
  return phrases(
    [phase !== 'Deployed', `its phase is ${phase ?? 'not told'}`],
    [kubeVirt.metadata.deletionTimestamp !== undefined, 'it is being deleted'],
    [
      degraded?.status !== 'False',
      `its condition Degraded is ${degraded?.status ?? 'not told'} (${degraded?.reason ?? 'no reason'})`,
    ],
  );
}

function notApplied({ kubeVirt, daemonSet }: Seen): readonly string[] {
  const applied = daemonSet.metadata.annotations?.['kubevirt.io/generation'];
  const { generation } = kubeVirt.metadata;
  return phrases([
    generation === undefined || applied !== String(generation),
    `the DaemonSet has generation ${applied ?? 'unknown'} of it, and ${generation ?? 'unknown'} is the last`,
  ]);
}

function oldPods({ daemonSet }: Seen): readonly string[] {
  const {
    observedGeneration,
    desiredNumberScheduled = 0,
    updatedNumberScheduled = 0,
  } = daemonSet.status ?? {};
  const { generation } = daemonSet.metadata;
  return phrases(
    [
      generation === undefined || observedGeneration !== generation,
      `the status of the DaemonSet is of generation ${observedGeneration ?? 'unknown'}, and ${generation ?? 'unknown'} is the last`,
    ],
    [
      desiredNumberScheduled === 0 || updatedNumberScheduled !== desiredNumberScheduled,
      `${updatedNumberScheduled} of ${desiredNumberScheduled} virt-handler pods are of the newest template`,
    ],
  );
}

function notAvailable({ kubeVirt, daemonSet, situation }: Seen): readonly string[] {
  const { desiredNumberScheduled = 0, numberAvailable = 0 } = daemonSet.status ?? {};
  const available = conditionOf(kubeVirt, 'Available');
  const { generation } = kubeVirt.metadata;
  const { observedGeneration } = kubeVirt.status ?? {};
  const leaving = situation.judgement.nodes.filter(({ handler }) => handler.state === 'Terminating');
  return phrases(
    [
      numberAvailable !== desiredNumberScheduled,
      `${numberAvailable} of ${desiredNumberScheduled} virt-handlers are available`,
    ],
    [leaving.length > 0, `the virt-handler of ${leaving.map(({ name }) => name).join(', ')} is leaving`],
    [
      observedGeneration === undefined || observedGeneration !== generation,
      `virt-operator has finished generation ${observedGeneration ?? 'unknown'} of it, not yet ${generation ?? 'unknown'}`,
    ],
    [
      available?.status !== 'True',
      `its condition Available is ${available?.status ?? 'not told'} (${available?.reason ?? 'no reason'})`,
    ],
  );
}

function phrases(...all: readonly (readonly [isSo: boolean, phrase: string])[]): readonly string[] {
  return all.filter(([isSo]) => isSo).map(([, phrase]) => phrase);
}
