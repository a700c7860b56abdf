import type { NodeObject } from './objects.ts';
import { type DurationMs, durationMs, type EpochMs, elapsedMs, parseTimestamp } from './units.ts';

const HEARTBEAT_ANNOTATION = 'kubevirt.io/heartbeat';

/**
 * After how long without a heartbeat a node counts as unresponsive: 5 min, as for virt-controller. The handler beats
 * every 60 to 132 s.
 * Source: kubevirt `pkg/virt-controller/watch/node/node.go` heartBeatTimeout; `pkg/virt-handler/heartbeat/heartbeat.go`.
 */
export const HEARTBEAT_TIMEOUT_MS: DurationMs = durationMs(5 * 60 * 1_000);

/** The state of a node's heartbeat. `missing` means nothing, as for virt-controller; so does a time in the future. */
export type Heartbeat =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly text: string }
  | { readonly kind: 'fresh' | 'stale'; readonly at: string; readonly ageMs: DurationMs };

/** The annotation as it stands, if the node has one. */
export function heartbeatText(node: NodeObject): string | undefined {
  return node.metadata.annotations?.[HEARTBEAT_ANNOTATION];
}

/** Reads a node's heartbeat as of `now`. Source: kubevirt `node.go`, function isNodeUnresponsive. */
export function readHeartbeat(node: NodeObject, now: EpochMs): Heartbeat {
  const text = heartbeatText(node);
  if (text === undefined) return { kind: 'missing' };
  const beatAt = parseTimestamp(text);
  if (beatAt === undefined) return { kind: 'unreadable', text };
  const ageMs = elapsedMs(beatAt, now);
  return { kind: ageMs > HEARTBEAT_TIMEOUT_MS ? 'stale' : 'fresh', at: text, ageMs };
}
