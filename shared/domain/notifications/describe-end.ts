import { type GoneVmi, type Incident, MAX_NAMED, VMI_FATES } from '../incidents/incident.ts';
import { elapsedMs } from '../units.ts';
import { describeCount, describeDuration, describeTime } from './wording.ts';

/** How an incident ended, in words. */
export interface End {
  /** Whether VMs were lost, or may have been. */
  readonly isBad: boolean;
  /** Begins a title: what the news is. */
  readonly headline: string;
  readonly sentences: readonly string[];
}

/**
 * Says how a resolved incident ended and how long it took; `undefined` while it is not over.
 *
 * @param place - how the title names the node
 */
export function describeEnd(incident: Incident, place: string): End | undefined {
  if (incident.state !== 'Resolved') return undefined;
  const { isBad, headline, sentence } = outcomeOf(incident, place);
  const fates = describeFates(incident.goneVmis);
  return {
    isBad,
    headline,
    sentences: [sentence, fates, describeLength(incident)].filter((it) => it !== ''),
  };
}

interface Outcome {
  readonly isBad: boolean;
  readonly headline: string;
  readonly sentence: string;
}

function outcomeOf(incident: Incident, place: string): Outcome {
  switch (incident.resolution) {
    case 'WorkloadsGone':
      return workloadsGone(incident, place);
    case 'NodeGone':
      return nodeGone(incident, place);
    case 'Recovered':
    case undefined:
      return recovered(incident, place);
  }
}

function recovered(incident: Incident, place: string): Outcome {
  const { goneVmis, openedAt } = incident;
  const failed = goneVmis.filter(({ fate }) => fate === 'Failed');
  if (failed.length > 0)
    return {
      isBad: true,
      headline: `Recovered with losses: ${place} is managed again, ${describeGone(failed)} failed meanwhile`,
      sentence: `A virt-handler manages the node again, but not all VMs survived: ${describeGone(failed)} failed.`,
    };
  const length = lengthOf(incident);
  if (openedAt === undefined)
    return {
      isBad: false,
      headline: `All clear: the warning for ${place} has passed${length}`,
      sentence: 'A virt-handler manages the node: it did not come to an outage.',
    };
  return {
    isBad: false,
    headline: `Recovered: ${place} is managed again${length}`,
    sentence: 'Recovered: a virt-handler manages the node and its VMs again.',
  };
}

function workloadsGone(incident: Incident, place: string): Outcome {
  const { goneVmis } = incident;
  if (isHarmless(incident))
    return {
      isBad: false,
      headline: `All clear: ${place} has no VMs any more`,
      sentence: 'No VM is left on the node, and none is known to be lost.',
    };
  if (goneVmis.length === 0)
    return {
      isBad: true,
      headline: `VMs gone: nothing is left on ${place}, which was not managed`,
      sentence:
        'The VMs are gone, not recovered: none is left on the node, and which there were is not known.',
    };
  return {
    isBad: true,
    headline: `VMs gone: ${describeGone(goneVmis)} of ${place} ended while nothing managed them`,
    sentence: `The VMs are gone, not recovered: ${describeGone(goneVmis)} ended while nothing managed them.`,
  };
}

function nodeGone(incident: Incident, place: string): Outcome {
  const { goneVmis } = incident;
  if (isHarmless(incident))
    return {
      isBad: false,
      headline: `All clear: ${place} was removed`,
      sentence: 'The node is gone, and no VM is known to be lost with it.',
    };
  const vms = goneVmis.length === 0 ? 'the VMs' : describeGone(goneVmis);
  return {
    isBad: true,
    headline: `Node gone: ${place} was removed, and ${vms} with it`,
    sentence: `The node is gone, and with it ${vms}: nothing was recovered.`,
  };
}

/** Not when it was open and nobody knows which VMs there were: no news of lost VMs is not good news. */
function isHarmless({ goneVmis, openedAt }: Incident): boolean {
  if (goneVmis.length === 0) return openedAt === undefined;
  return goneVmis.every(({ fate }) => fate === 'Succeeded');
}

/** A record keeps the last MAX_NAMED: there may have been more. */
function describeGone(vmis: readonly GoneVmi[]): string {
  return `${vmis.length >= MAX_NAMED ? 'at least ' : ''}${describeCount(vmis.length, 'VMI')}`;
}

const FATE_MEANS = {
  Succeeded: 'shut down by itself',
  Failed: 'failed',
  Gone: 'deleted or moved',
} as const;

function describeFates(vmis: readonly GoneVmi[]): string {
  const parts = VMI_FATES.flatMap((fate) => {
    const amount = vmis.filter((vmi) => vmi.fate === fate).length;
    return amount === 0 ? [] : [`${amount} ${FATE_MEANS[fate]} (${fate})`];
  });
  return parts.length === 0 ? '' : `Of those that left the node: ${parts.join(', ')}.`;
}

function lengthOf({ since, resolvedAt }: Incident): string {
  return resolvedAt === undefined ? '' : ` after ${describeDuration(elapsedMs(since, resolvedAt))}`;
}

function describeLength({ since, resolvedAt }: Incident): string {
  if (resolvedAt === undefined) return '';
  const length = describeDuration(elapsedMs(since, resolvedAt));
  return `It took ${length}, from ${describeTime(since)} to ${describeTime(resolvedAt)}.`;
}
