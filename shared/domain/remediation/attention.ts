import type { Incident } from '../incidents/incident.ts';
import type { EpochMs } from '../units.ts';
import { modeOf } from './modes.ts';
import type { Remediation, Run } from './remediation.ts';
import type { RemediationPolicy } from './remediation-policy.ts';
import type { IncidentSummary } from './situation.ts';
import { leaderOf } from './storm-leader.ts';

/** What is known before the cluster is read. */
export interface Noticed {
  readonly incident: Incident;
  readonly remediation: Remediation;
  /** Whether an approval came in, good or not. */
  readonly isApproved: boolean;
}

/**
 * Whether there can be anything to do about a node, so that the cluster is read for it: not while a plan waits for people and its
 * incident and the policy are the same, nor where nothing is open. What is left to people is looked at again where the policy lets a program do
 * anything: a storm, a roll-out, or what another node would have lost, may have passed without a change of the incident.
 */
export function isToBeLookedAt(
  { incident, remediation: { run }, isApproved }: Noticed,
  policy: RemediationPolicy,
): boolean {
  if (run === undefined) return incident.state === 'Open';
  if (run.phase !== 'Proposed' || incident.state !== 'Open') return true;
  const isSame = run.revision === incident.revision && run.episode === incident.episode;
  if (!isSame || run.mode === 'Auto' || run.approval !== undefined || isApproved) return true;
  return isDecidedAnew(run, policy);
}

/** Whether the policy says something else by now, be it of another plan than the one that it left to people. */
function isDecidedAnew({ mode, plan }: Run, policy: RemediationPolicy): boolean {
  return mode === 'Observe' ? !isObserveOnly(policy) : modeOf(plan, policy) !== mode;
}

function isObserveOnly({ mode, stepModes, causeModes }: RemediationPolicy): boolean {
  const modes = [mode, ...Object.values(stepModes), ...Object.values(causeModes)];
  return modes.every((it) => it === 'Observe');
}

/** Whether a node is the one that speaks for all while a storm is on: it is looked at also while its plan waits, since that may be from before. */
export function leadsStorm(
  node: string,
  records: readonly IncidentSummary[],
  policy: RemediationPolicy,
  now: EpochMs,
): boolean {
  return leaderOf(records, policy, now)?.node === node;
}

/** The nodes about which there can be something to do, at a tick: not those that only wait for a storm to pass that another node speaks for. */
export function nodesToLookAt(
  records: readonly Noticed[],
  policy: RemediationPolicy,
  now: EpochMs,
): readonly string[] {
  const leader = leaderOf(records, policy, now)?.node;
  return records
    .filter((it) => {
      if (leader !== undefined && it.incident.node === leader) return true;
      const onlyWaits = leader !== undefined && it.remediation.run === undefined;
      return !onlyWaits && isToBeLookedAt(it, policy);
    })
    .map(({ incident }) => incident.node);
}
