import pc from 'picocolors';
import { describeDuration } from '../../../shared/domain/notifications/wording.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { RemediationPlan } from '../../../shared/report/remediation-plan.ts';
import { clean } from './table.ts';

type Paint = ReturnType<typeof pc.createColors>;
type Plan = RemediationPlan['plans'][number];
type Step = Plan['steps'][number];
type Gate = Plan['gates'][number];

/** The plans for people: how the node is, each plan with its steps and gates, what else to know. */
export function* toPlanText(report: RemediationPlan, color: boolean): Iterable<string> {
  const paint = pc.createColors(color);
  yield `${headline(report, paint)}\n`;
  for (const line of recordLines(report)) yield `${clean(line)}\n`;
  for (const [index, plan] of report.plans.entries()) yield planText(plan, index, paint);
  if (report.notes.length > 0) yield '\n';
  for (const note of report.notes) yield `${paint.yellow('note')}: ${clean(note)}\n`;
}

function headline({ node: { name, verdict, handler }, plans }: RemediationPlan, paint: Paint): string {
  const colored = verdict === 'Orphaned' ? paint.red(verdict) : verdict;
  const nothing = verdict === 'Orphaned' ? 'there is no plan' : 'nothing is to be done';
  const found = plans.length > 0 ? '' : `; ${nothing}`;
  return `${clean(name)}: ${colored}; virt-handler is ${clean(handler)}${found}`;
}

function recordLines({ incident, run }: RemediationPlan): readonly string[] {
  if (incident === null) return [];
  const { state, episode, revision, since } = incident;
  const approved = run === null || run.approvedBy === '' ? '' : `, approved by ${run.approvedBy}`;
  return [
    `incident: ${state} since ${since}, episode ${episode}, revision ${revision}`,
    ...(run === null
      ? []
      : [
          `run ${run.number}: plan ${run.planId}, ${run.phase} since ${run.since}, mode ${run.mode}${approved}`,
        ]),
  ];
}

function planText({ id, isChosen, cause, mode, steps, gates }: Plan, index: number, paint: Paint): string {
  const chosen = isChosen ? ', the one that is proposed' : '';
  const closed = gates.filter(({ open }) => !open).length;
  const title = `PLAN ${index + 1}: ${id} against ${cause}, mode ${mode}${chosen}`;
  const lines = [
    '',
    paint.bold(title),
    ...steps.flatMap((step, at) => stepLines(step, at, paint)),
    `${closed === 0 ? 'every gate is open' : `${closed} of ${gates.length} gates closed`}:`,
    ...gates.map((gate) => gateLine(gate, paint)),
  ];
  return `${lines.join('\n')}\n`;
}

function stepLines(step: Step, index: number, paint: Paint): readonly string[] {
  const { code, risk, summary, command, inverse, success, timeoutSeconds } = step;
  const within = describeDuration(durationMs(timeoutSeconds * 1_000));
  return [
    `${index + 1}. ${paint.bold(code)}, risk ${risk}: ${clean(summary)}`,
    `   $ ${clean(command)}`,
    ...writeLines(step).map((line) => `   ${clean(line)}`),
    `   success: ${clean(success)} It may take ${within}.`,
    ...(inverse === '' ? [] : [`   taken back by: $ ${clean(inverse)}`]),
    `   ${clean(effects(step))}`,
  ];
}

function writeLines({ write }: Step): readonly string[] {
  if (write === null) return ['only people can do it'];
  const { action, kind, namespace, name, uid, resourceVersion, operations } = write;
  const object = `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
  return [
    `writes: ${action} ${object}, if its uid is ${uid}; judged at version ${resourceVersion}`,
    ...operations.map((operation) => `  ${JSON.stringify(operation)}`),
  ];
}

function effects({ handlersGained, handlersLost, restartsEveryHandler }: Step): string {
  const gained = handlersGained.length === 0 ? 'no node' : handlersGained.join(', ');
  const lost = handlersLost.length === 0 ? 'no node' : handlersLost.join(', ');
  const restarts = restartsEveryHandler ? '; every virt-handler restarts' : '';
  return `effects: ${gained} gets virt-handler, ${lost} loses it${restarts}`;
}

const WIDEST_CODE = 'MaintenanceWindow'.length;

/** Such as `  closed  NotPaused          Paused.` */
export function gateLine({ code, open, message }: Gate, paint: Paint): string {
  const word = open ? paint.green('open  ') : paint.red('closed');
  return `  ${word}  ${code.padEnd(WIDEST_CODE)}  ${clean(message)}`;
}

/** The gates that are closed, for a message: one line each. */
export function closedGateLines(gates: readonly Gate[], color: boolean): readonly string[] {
  const paint = pc.createColors(color);
  return gates.filter(({ open }) => !open).map((gate) => gateLine(gate, paint));
}
