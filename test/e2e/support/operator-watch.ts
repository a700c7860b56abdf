import { isDeepStrictEqual } from 'node:util';
import { type Background, startBackground } from './background-loop.ts';
import type { KubeApi } from './kube-api.ts';
import { isTrue, type Kind, type KubeObject, kinds, type Node, type Pod } from './objects.ts';
import { SAID_CHARACTERS } from './operator-moments.ts';
import {
  GENERATION,
  type OperatedDaemonSet,
  type OperatedKubeVirt,
  operatedDaemonSet,
  operatedKubeVirt,
} from './operator-objects.ts';
import type { Line } from './operator-recording.ts';
import { watch } from './watch.ts';

type Fields = Partial<Omit<Line, 't' | 'kind' | 'name' | 'change'>>;

export interface Seen extends Background {
  /** What was seen since `begin`, oldest first; times in seconds as recorded. */
  readonly lines: () => readonly Line[];
  /** What was done is done now. */
  readonly begin: () => void;
}

/**
 * Watches what the recordings watched, and writes it down as they did.
 *
 * @param speed - how many times as fast as recorded all is played
 */
export function startWatching(api: KubeApi, speed: number): Seen {
  let lines: Line[] = [];
  let begun = performance.now();
  const note = (line: Omit<Line, 't'>): void => {
    lines.push({ ...line, t: ((performance.now() - begun) / 1000) * speed });
  };
  const background = startBackground(async (signal) => {
    await Promise.all([
      follow(api, operatedDaemonSet, ofDaemonSet, signal, note),
      follow(api, operatedKubeVirt, ofKubeVirt, signal, note),
      follow(api, kinds.node, ofNode, signal, note),
      follow(api, kinds.pod, ofPod, signal, note),
    ]);
  });
  const begin = (): void => {
    lines = [];
    begun = performance.now();
  };
  return { ...background, lines: () => lines, begin };
}

async function follow<T extends KubeObject>(
  api: KubeApi,
  { apiVersion, kind }: Kind<T>,
  look: (object: T) => Fields | undefined,
  signal: AbortSignal,
  note: (line: Omit<Line, 't'>) => void,
): Promise<void> {
  const known = new Map<string, Fields>();
  for await (const { type, object } of watch<T>(api, { apiVersion, kind }, signal)) {
    const { name, uid = '' } = object.metadata;
    const fields = look(object);
    if (fields === undefined) continue;
    const changed = type === 'MODIFIED' ? difference(known.get(uid) ?? {}, fields) : fields;
    known.set(uid, fields);
    // A pod's node is in every line, as the reader of recordings has it.
    const line = { kind, name, change: type, ...changed, ...('node' in fields && { node: fields.node }) };
    note(line as Omit<Line, 't'>);
  }
}

function difference(before: Fields, after: Fields): Fields {
  const past = new Map<string, unknown>(Object.entries(before));
  const entries = Object.entries(after);
  return Object.fromEntries(entries.filter(([name, value]) => !isDeepStrictEqual(value, past.get(name))));
}

function ofDaemonSet({ metadata, spec }: OperatedDaemonSet): Fields {
  const { nodeSelector = {}, tolerations = [], affinity = null } = spec.template.spec;
  return {
    annKubevirtGeneration: metadata.annotations?.[GENERATION] ?? '',
    maxUnavailable: spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? '',
    nodeSelector,
    tolerations,
    affinity,
  };
}

function ofKubeVirt({ spec, status }: OperatedKubeVirt): Fields {
  const said = (status?.conditions ?? []).map(({ type, status: is, reason, message = '' }) => {
    const why = type === 'Synchronized' ? ` | ${message.slice(0, SAID_CHARACTERS)}` : '';
    return [type, `${is} | ${reason}${why}`] as const;
  });
  return {
    conditions: Object.fromEntries(said),
    workloadsNodePlacement: spec.workloads?.nodePlacement ?? null,
  };
}

function ofNode({ metadata }: Node): Fields {
  return { schedulable: metadata.labels?.['kubevirt.io/schedulable'] ?? null };
}

function ofPod({ metadata, spec, status }: Pod): Fields | undefined {
  if (metadata.labels?.['kubevirt.io'] !== 'virt-handler') return undefined;
  const { affinity } = spec as { affinity?: unknown };
  const [, meant = ''] =
    /"metadata.name","operator":"In","values":\["([^"]+)"/.exec(JSON.stringify(affinity)) ?? [];
  return {
    node: spec.nodeName ?? meant,
    phase: status.phase ?? '',
    ready: isTrue(status.conditions, 'Ready'),
    terminating: metadata.deletionTimestamp !== undefined,
  };
}
