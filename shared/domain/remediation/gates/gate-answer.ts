import { plainLine } from '../../notifications/plain-line.ts';
import type { Gate, GateCode } from '../gate.ts';
import type { Readable } from '../situation.ts';

/** Whether a gate is open, and the sentence that says what was seen. */
export type Answer = Pick<Gate, 'open' | 'message'>;

const MAX_MESSAGE = 500;

export function open(message: string): Answer {
  return { open: true, message };
}

export function closed(message: string): Answer {
  return { open: false, message };
}

/** What cannot be read keeps its gate closed. @param what - the subject of the sentence */
export function cannotBeTold(what: string, why: string): Answer {
  return closed(`${what} cannot be told: ${why.replace(/\.$/, '')}.`);
}

/** Judges what was read. @param what - the subject of the sentence that says that it was not */
export function whenRead<Value>(
  readable: Readable<Value>,
  what: string,
  judge: (value: Value) => Answer,
): Answer {
  return 'value' in readable ? judge(readable.value) : cannotBeTold(what, readable.unreadable);
}

/** Open when there is nothing against it. @param against - phrases */
export function unless(against: readonly string[], start: string, fine: string): Answer {
  return against.length === 0 ? open(fine) : closed(`${start}: ${against.join('; ')}.`);
}

/** Names, taints and reasons are others' words: one line, and no longer than events carry. */
export function toGate(code: GateCode, { open, message }: Answer): Gate {
  return { code, open, message: plainLine(message, MAX_MESSAGE) };
}
