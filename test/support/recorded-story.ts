import { readFileSync } from 'node:fs';
import type { ClusterObject, Kind } from '../../shared/domain/objects.ts';
import { KINDS } from '../../shared/domain/objects.ts';
import { type EpochMs, epochMs } from '../../shared/domain/units.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { PROJECTIONS } from '../../shared/objects/kinds.ts';
import { project } from '../../shared/objects/projection.ts';
import { validate } from '../../shared/objects/validate.ts';

/** One recorded request of the real ApiServerSource, and what was in the cluster once it had happened. */
export interface Moment {
  readonly step: string;
  readonly at: EpochMs;
  readonly event: IncomingEvent;
  readonly objects: readonly ClusterObject[];
}

interface Recorded {
  readonly step: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
interface Raw {
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec?: object;
}

function readRecording(file: string): readonly Recorded[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);
}

/** The event that a recorded request carries, as the HTTP adapter reads it. */
function eventOf({ headers, body }: Recorded): IncomingEvent {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') ? [[name.slice(3), value]] : [],
  );
  return { ...Object.fromEntries(attributes), data: JSON.parse(body) } as IncomingEvent;
}

const keyOf = ({ kind, metadata }: Raw): string =>
  `${kind}/${metadata['namespace'] ?? ''}/${metadata['name']}`;

function objectOf(raw: Raw): ClusterObject {
  const kind = KINDS.find((it) => it === raw.kind) as Kind;
  const result = validate(kind, project(raw, PROJECTIONS[kind]) as Readonly<Record<string, unknown>>);
  if ('wrong' in result) throw new Error(`${keyOf(raw)}: ${result.wrong}`);
  return result.object as ClusterObject;
}

/** The first that was told of an object is often what the story did to it: a deletion, or the first taint. */
function asItWas(raw: Raw): Raw {
  const { deletionTimestamp: _, ...metadata } = raw.metadata;
  return raw.kind === 'Node' ? { ...raw, metadata, spec: { ...raw.spec, taints: [] } } : { ...raw, metadata };
}

/** What was there before the recording began: whatever was not added in it. */
function initialObjects(recording: readonly Recorded[]): Map<string, ClusterObject> {
  const seen = new Set<string>();
  const initial = new Map<string, ClusterObject>();
  for (const { headers, body } of recording) {
    const raw = JSON.parse(body) as Raw;
    const key = keyOf(raw);
    if (seen.has(key)) continue;
    seen.add(key);
    if (headers['ce-type']?.endsWith('.add')) continue;
    initial.set(key, objectOf(asItWas(raw)));
  }
  return initial;
}

/** The story as it was recorded in Resource mode, with the state of the cluster at each event. */
export function recordedStory(file: string): {
  readonly before: readonly ClusterObject[];
  readonly moments: readonly Moment[];
} {
  const recording = readRecording(file);
  const state = initialObjects(recording);
  const before = [...state.values()];
  const moments = recording.map((recorded) => {
    const raw = JSON.parse(recorded.body) as Raw;
    if (recorded.headers['ce-type']?.endsWith('.delete')) state.delete(keyOf(raw));
    else state.set(keyOf(raw), objectOf(raw));
    const event = eventOf(recorded);
    return {
      step: recorded.step,
      at: epochMs(Date.parse(String(event.time))),
      event,
      objects: [...state.values()],
    };
  });
  return { before, moments };
}

/** The same events as Reference mode tells them. */
export function asReferences(moments: readonly Moment[]): readonly Moment[] {
  return moments.map((moment) => {
    const { kind, name, namespace, apiversion } = moment.event;
    const type = moment.event.type.replace('.resource.', '.ref.');
    return {
      ...moment,
      event: { ...moment.event, type, data: { kind, name, namespace, apiVersion: apiversion } },
    };
  });
}

/** The recording of Reference mode; each of its events with the state that the other recording has at the end of its step. */
export function recordedReferences(file: string, moments: readonly Moment[]): readonly Moment[] {
  const last = new Map(moments.map((moment) => [moment.step, moment]));
  return readRecording(file).map((recorded) => {
    const at = last.get(recorded.step);
    if (at === undefined) throw new Error(`the recordings have different steps: ${recorded.step}`);
    return { ...at, event: eventOf(recorded) };
  });
}
