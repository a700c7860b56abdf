import fc from 'fast-check';
import type { NodePlacement } from '../../shared/domain/placement-objects.ts';
import {
  REMEDIATION_MODES,
  type RemediationPolicy,
} from '../../shared/domain/remediation/remediation-policy.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import type { Moment } from './killable.ts';

export const NODES = ['node01', 'node02', 'node03', 'node04'];
export const KEY = 'zone';
export const PLACEMENTS: readonly (NodePlacement | undefined)[] = [
  { nodeSelector: { [KEY]: 'a' } },
  { nodeSelector: { [KEY]: 'a' }, tolerations: [{ key: 'gpu', operator: 'Exists' }] },
  { nodeSelector: { [KEY]: 'b' } },
  undefined,
];

/** One thing that happens, as a failing history prints it. */
export type Happening =
  | {
      readonly kind: 'unlabel' | 'relabel' | 'taint' | 'untaint' | 'end handler' | 'break handler';
      readonly node: string;
    }
  | { readonly kind: 'delete node' | 'add node' | 'undo ours'; readonly node: string }
  | { readonly kind: 'placement'; readonly which: number }
  /** Everything is as it should be again. */
  | { readonly kind: 'heal' }
  | {
      readonly kind: 'pass';
      readonly seconds: number;
      readonly processes: 1 | 2;
      readonly deliver: Delivering;
    }
  | { readonly kind: 'approve'; readonly how: Approving }
  | { readonly kind: 'die'; readonly call: number; readonly moment: Moment }
  | { readonly kind: 'fail'; readonly calls: number; readonly after: boolean }
  | { readonly kind: 'policy'; readonly policy: Partial<RemediationPolicy> };

/** What becomes of the events that were published. */
export type Delivering = 'all' | 'none' | 'drop' | 'twice' | 'backwards';
const APPROVING = ['right', 'kept', 'forged', 'other plan', 'other revision', 'other record'] as const;
export type Approving = (typeof APPROVING)[number];

const node = fc.constantFrom(...NODES);
const policy = fc.record({
  mode: fc.constantFrom(...REMEDIATION_MODES, 'Approve', 'Auto', 'Auto'),
  budget: fc.record({ nodes: fc.constantFrom(0, 1, 2, 3), percent: fc.constantFrom(0, 30, 100, 100) }),
  pauses: fc.constantFrom([], [], [], [{ reason: 'a test', nodes: 'node0[12]' }]),
});

function often<Kind extends string, T>(
  weight: number,
  kind: Kind,
  parts: { [K in keyof T]: fc.Arbitrary<T[K]> },
) {
  return { weight, arbitrary: fc.record({ kind: fc.constant(kind), ...parts }) as fc.Arbitrary<never> };
}

/** Anything that may happen, what leads to a repair more often than what keeps from it. */
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  ...(['unlabel', 'taint', 'end handler', 'break handler'] as const).map((kind) => often(2, kind, { node })),
  ...(['relabel', 'untaint', 'delete node', 'add node'] as const).map((kind) => often(1, kind, { node })),
  often(3, 'undo ours', { node }),
  often(3, 'heal', {}),
  often(1, 'placement', { which: fc.nat(PLACEMENTS.length - 1) }),
  often(40, 'pass', {
    seconds: fc.constantFrom(5, 20, 40, 60),
    processes: fc.constantFrom(1, 1, 2),
    deliver: fc.constantFrom('all', 'all', 'all', 'none', 'drop', 'twice', 'backwards'),
  }),
  often(8, 'approve', { how: fc.constantFrom('right', 'right', 'right', ...APPROVING) }),
  often(3, 'die', { call: fc.integer({ min: 1, max: 30 }), moment: fc.constantFrom('before', 'after') }),
  often(2, 'fail', { calls: fc.integer({ min: 1, max: 30 }), after: fc.boolean() }),
  often(2, 'policy', { policy }),
);

/** An approval as somebody sends it who should not, or of something else. */
export function falsified(event: IncomingEvent, how: Approving): IncomingEvent {
  const data = event.data as { readonly incident: { readonly uid: string; readonly revision: number } };
  const { incident } = data;
  switch (how) {
    case 'right':
    case 'kept':
      return event;
    case 'forged':
      return { ...event, source: '/somebody' };
    case 'other plan':
      return { ...event, data: { ...data, plan: { id: 'feedfeedfeedfeed' } } };
    case 'other revision':
      return { ...event, data: { ...data, incident: { ...incident, revision: incident.revision - 1 } } };
    case 'other record':
      return { ...event, data: { ...data, incident: { ...incident, uid: 'another' } } };
  }
}
