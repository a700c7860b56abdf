import type { Incident } from '../incidents/incident.ts';
import { isCommandName, shellCommand } from '../mitigations/shell.ts';
import { closedGates } from '../remediation/gate.ts';
import type { Attempt, Remediation, Run } from '../remediation/remediation.ts';
import { type Stage, stageKey, stageOf } from '../remediation/stage.ts';
import type { EpochMs } from '../units.ts';
import type { Message, MessageFact, MessageLink } from './message.ts';
import { describeTime } from './wording.ts';

/** Where a plan is approved. A secret. */
export interface ApprovalAddress {
  readonly url: string;
  readonly until: EpochMs;
}

/** What a message says of what is done about its incident. */
export interface RemediationText {
  readonly news: NonNullable<Message['remediation']>;
  readonly sentences: readonly string[];
  readonly facts: readonly MessageFact[];
  /** The link to approve with, if there is one. */
  readonly links: readonly MessageLink[];
}

/** How the link to approve with is labelled: it belongs to no incident tool. */
export const APPROVE_LABEL = 'Approve';

const HEADLINES: Readonly<Record<Stage['kind'], string>> = {
  Waiting: 'Waits for approval',
  Refused: 'Not repaired',
  Running: 'Being repaired',
  Reverting: 'Being taken back',
  Succeeded: 'Repaired',
  Failed: 'Repair failed',
};

/**
 * Says what is done about an incident; `undefined` when there is nothing to say.
 *
 * @param place - how a title names the node
 */
export function describeRemediation(
  incident: Incident,
  remediation: Remediation,
  { place, approval }: { readonly place: string; readonly approval: ApprovalAddress | undefined },
): RemediationText | undefined {
  const stage = stageOf(remediation, incident);
  if (stage === undefined) return undefined;
  const isWaiting = stage.kind === 'Waiting';
  const command = isWaiting ? approveCommand(stage.of) : undefined;
  return {
    news: { stage: stageKey(stage), headline: `${HEADLINES[stage.kind]}: ${place}` },
    sentences: [...sentencesOf(stage, remediation, approval), ...failedBefore(stage, remediation, incident)],
    facts: [
      { label: 'Remediation', value: stage.kind },
      ...(command === undefined ? [] : [{ label: 'Approve with', value: command }]),
    ],
    links: isWaiting && approval !== undefined ? [{ label: APPROVE_LABEL, url: approval.url }] : [],
  };
}

/** `undefined` when the node's name can be in no command. */
function approveCommand({ plan, revision }: Run): string | undefined {
  if (!isCommandName(plan.node)) return undefined;
  return shellCommand('kubevirt-orphans', 'approve', plan.node, '--revision', String(revision));
}

function sentencesOf(
  stage: Stage,
  remediation: Remediation,
  approval: ApprovalAddress | undefined,
): readonly string[] {
  switch (stage.kind) {
    case 'Waiting':
      return waiting(stage.of, approval);
    case 'Refused':
      return [
        `What is done about it: nothing, for a gate is closed (${stage.of.refusedFor.join(', ')}). ${gateMessages(stage.of)}`,
        `The plan: ${summaryOf(stage.of)}`,
      ];
    case 'Running':
      return [
        `What is done about it: a plan is being carried out${approverOf(stage.of)}. ${summaryOf(stage.of)}`,
      ];
    case 'Reverting':
      return [
        `What is done about it: a plan did not help and is being taken back. ${stage.of.failure?.message ?? ''}`,
      ];
    case 'Succeeded':
      return [
        `What was done about it: ${stage.of.steps} brought virt-handler back. ${stage.of.reason.message}`,
      ];
    case 'Failed':
      return [
        `What was done about it: ${stage.of.steps}, without success${aftermathOf(stage.of, remediation)}. ${stage.of.reason.message}`,
        remediation.run === undefined
          ? 'No other plan follows: this needs a person.'
          : 'Another plan follows, as far as the gates let it.',
      ];
  }
}

function waiting(run: Run, approval: ApprovalAddress | undefined): readonly string[] {
  const others = closedGates(run.gates).filter((code) => code !== 'Approved');
  const link = approval === undefined ? '' : `, or follow the link until ${describeTime(approval.until)}`;
  return [
    `What is done about it: nothing until somebody approves this plan. ${summaryOf(run)}`,
    `To approve it, run the command${link}. It is worthless once the incident changes.`,
    ...(others.length === 0
      ? []
      : [`Once approved, it waits for the gates that are closed now: ${others.join(', ')}.`]),
  ];
}

/** What failed before is said where the stage is about what comes after it. */
function failedBefore(
  { kind, of }: Stage,
  { attempts }: Remediation,
  { episode }: Incident,
): readonly string[] {
  if (kind === 'Succeeded') return [];
  const failed = attempts.filter(
    (it) => it.episode === episode && it.outcome === 'Failed' && it.number !== of.number,
  );
  const last = failed.at(-1);
  return last === undefined
    ? []
    : [`Without success before: ${failed.map(({ steps }) => steps).join(', ')}. ${last.reason.message}`];
}

function summaryOf({ plan }: Run): string {
  return plan.steps.map(({ summary }) => summary).join(' Then: ');
}

function approverOf({ approval }: Run): string {
  return approval === undefined || approval.by === '' ? '' : `, approved by ${approval.by}`;
}

function gateMessages({ gates, refusedFor }: Run): string {
  return gates
    .filter(({ code, open }) => !open && refusedFor.includes(code))
    .map(({ message }) => message)
    .join(' ');
}

function aftermathOf({ number, startedAt }: Attempt, { changes }: Remediation): string {
  if (startedAt === undefined) return '; nothing was changed';
  return changes.some(({ run }) => run === number)
    ? '; what was changed is still there'
    : '; it was taken back';
}
