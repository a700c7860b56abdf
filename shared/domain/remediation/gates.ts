import { GATE_CODES, type Gate, type GateCode } from './gate.ts';
import { approved, automated, harmsNobody, maintenanceWindow, ownerPermits } from './gates/consent-gates.ts';
import { noStorm, oneAtATime, withinBudget } from './gates/crowd-gates.ts';
import { type Answer, toGate } from './gates/gate-answer.ts';
import { type GateInput, type UndoInput, undoOf, type Write, writeOf } from './gates/gate-input.ts';
import { cooledDown, notBlocked, notExhausted, uncontested } from './gates/history-gates.ts';
import { noMigration, noOtherRemediator } from './gates/interlock-gates.ts';
import { notOptedOut, notPaused, oldEnough, stillOrphaned } from './gates/node-gates.ts';
import { kubeVirtSettled } from './gates/settled-gate.ts';

/** Gates that ask about a plan and what is remembered of its node. */
const PLAN_GATES = {
  StillOrphaned: stillOrphaned,
  OldEnough: oldEnough,
  Automated: automated,
  Approved: approved,
  Cooldown: cooledDown,
  NotBlocked: notBlocked,
  NotExhausted: notExhausted,
  Uncontested: uncontested,
} as const satisfies Partial<Readonly<Record<GateCode, (input: GateInput) => Answer>>>;

/** Gates that ask about any write, whether it brings virt-handler back or takes that back. */
const WRITE_GATES = {
  WithinBudget: withinBudget,
  NoStorm: noStorm,
  OneAtATime: oneAtATime,
  NotPaused: notPaused,
  NotOptedOut: notOptedOut,
  MaintenanceWindow: maintenanceWindow,
  OwnerPermits: ownerPermits,
  KubeVirtSettled: kubeVirtSettled,
  NoMigration: noMigration,
  NoOtherRemediator: noOtherRemediator,
  HarmsNobody: harmsNobody,
} as const satisfies Readonly<Record<Exclude<GateCode, keyof typeof PLAN_GATES>, (write: Write) => Answer>>;

/** Evaluates every gate for a plan, each once, in the order of GATE_CODES. Pure; what cannot be read is closed and says why. */
export function evaluateGates(input: GateInput): readonly Gate[] {
  const write = writeOf(input);
  return GATE_CODES.map((code) =>
    toGate(code, isPlanGate(code) ? PLAN_GATES[code](input) : WRITE_GATES[code](write)),
  );
}

/**
 * Evaluates the gates for taking changes of one node back, which a person asked for: those that keep a program from doing too much, or the
 * same again, do not apply; that the node must not become orphaned by it is one of the `harms`.
 */
export function undoGates(input: UndoInput): readonly Gate[] {
  const write = undoOf(input);
  return GATE_CODES.flatMap((code) => (isPlanGate(code) ? [] : [toGate(code, WRITE_GATES[code](write))]));
}

function isPlanGate(code: GateCode): code is keyof typeof PLAN_GATES {
  return code in PLAN_GATES;
}
