import { closedGates, type Gate } from '../domain/remediation/gate.ts';
import type { KeptChange, RunPhase } from '../domain/remediation/remediation.ts';
import type { RemediationPolicy } from '../domain/remediation/remediation-policy.ts';
import {
  isThere,
  judgeUndo,
  type RememberedChange,
  rememberedChanges,
  withoutChange,
} from '../domain/remediation/undo.ts';
import { LOCK_MS, lockHolder } from './carry-out.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { IncidentRecord, IncidentStore, Log } from './ports.ts';
import { readChangeStates, readSituation, type SituationPorts } from './read-situation.ts';
import type { ClusterWriter, LeaseLock } from './remediation-ports.ts';
import { tellWrite } from './tell-write.ts';
import { uncontested } from './uncontested.ts';

/** What taking changes back needs of the world. */
export interface UndoPorts extends SituationPorts {
  readonly incidents: Pick<IncidentStore, 'get' | 'list' | 'update'>;
  readonly writer: Pick<ClusterWriter, 'look' | 'tryRevert' | 'revert'>;
  readonly lock: LeaseLock;
  readonly events: EventRecorder;
  readonly log: Log;
  readonly remediation: RemediationPolicy;
}

/** What is remembered of one node, and whether it may be taken back now. */
export interface UndoView {
  /** Newest first. */
  readonly changes: readonly RememberedChange[];
  /** None where nothing is remembered. */
  readonly gates: readonly Gate[];
  /** Where a plan is that is being carried out: it takes back its own changes; `undefined` when none is. */
  readonly running: RunPhase | undefined;
}

/** How taking back ended. `refused`: by gates, or by a plan under way; `failed`: by the API server. */
export interface Undone {
  readonly kind: 'done' | 'refused' | 'failed';
  /** What is in the cluster no more, in the order in which it was taken back. */
  readonly changes: readonly RememberedChange[];
  /** What is there still, with the gates of the last look. */
  readonly left: UndoView;
  /** In the API server's words; empty unless it failed. */
  readonly message: string;
}

/** Looks at what would be taken back, and writes nothing. @throws KUBE_ errors */
export async function lookAtUndo(node: string, ports: UndoPorts): Promise<UndoView> {
  return (await look(node, ports)).view;
}

/**
 * Takes back what is remembered of a node, newest first. Before each write the cluster is read and judged anew, and the API server tries it.
 * Whoever dies in here leaves a record from which the next one goes on: a change is forgotten after it was taken back.
 *
 * @param by - who wants it, such as `cli:admin`
 * @throws KUBE_ errors, IncidentConflictError when the record is never left alone
 */
export async function undoChanges(node: string, by: string, ports: UndoPorts): Promise<Undone> {
  const { record, view } = await look(node, ports);
  if (record === undefined || view.changes.length === 0) return ended('done', [], view);
  if (isRefused(view)) return ended('refused', [], view);
  const holder = undoHolder(record);
  if ((await ports.lock.acquire(holder, LOCK_MS)) !== undefined)
    return ended('refused', [], (await look(node, ports)).view);
  try {
    return await takeAllBack(node, by, ports);
  } finally {
    await ports.lock.release(holder);
  }
}

async function takeAllBack(node: string, by: string, ports: UndoPorts): Promise<Undone> {
  const done: RememberedChange[] = [];
  for (;;) {
    const step = await uncontested(() => takeNewestBack(node, by, ports));
    if (step.kind !== 'taken') return ended(step.kind, done, step.view, step.message);
    done.push(step.change);
    await ports.lock.acquire(undoHolder(step.record), LOCK_MS);
  }
}

type Step =
  | { readonly kind: 'taken'; readonly change: RememberedChange; readonly record: IncidentRecord }
  | { readonly kind: Undone['kind']; readonly view: UndoView; readonly message: string };

async function takeNewestBack(node: string, by: string, ports: UndoPorts): Promise<Step> {
  const { record, view } = await look(node, ports);
  const [newest] = view.changes;
  if (record === undefined || newest === undefined) return { kind: 'done', view, message: '' };
  if (isRefused(view)) return { kind: 'refused', view, message: '' };
  const message = isThere(newest) ? await takeBack(newest, record, by, ports) : undefined;
  if (message !== undefined) return { kind: 'failed', view, message };
  const remediation = withoutChange(record.remediation, newest.kept);
  return { kind: 'taken', change: newest, record: await ports.incidents.update({ ...record, remediation }) };
}

/** How often a write that met a newer object is made again. */
const MAX_CONFLICTS = 5;

/** @returns why the API server does not take it, in its words; `undefined` when it is out, or its object is gone */
async function takeBack(
  { kept, summary, step }: RememberedChange,
  record: IncidentRecord,
  by: string,
  ports: UndoPorts,
): Promise<string | undefined> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const tried = await ports.writer.tryRevert(kept.change);
    const outcome = tried.kind === 'made' ? await ports.writer.revert(kept.change) : tried;
    if (outcome.kind === 'refused') return outcome.message;
    if (outcome.kind === 'conflict') continue;
    const told = {
      what: 'reverted',
      change: kept.change,
      run: kept.run,
      step: kept.step,
      action: step || 'Undo',
    } as const;
    if (outcome.kind === 'made') await tellWrite({ ...told, summary, by, record }, ports);
    return undefined;
  }
  return 'the object changes faster than it can be written';
}

interface Looked {
  readonly record: IncidentRecord | undefined;
  readonly view: UndoView;
}

/** The record is read first: then whoever writes it saw the newest. */
async function look(node: string, ports: UndoPorts): Promise<Looked> {
  const record = await ports.incidents.get(node);
  const changes: readonly KeptChange[] = record?.remediation.changes ?? [];
  if (record === undefined || changes.length === 0)
    return { record, view: { changes: [], gates: [], running: undefined } };
  const { run } = record.remediation;
  const situation = await readSituation(node, ports);
  const states = await readChangeStates(record.remediation, ports.writer);
  return {
    record,
    view: {
      changes: rememberedChanges(record.remediation, states),
      gates: judgeUndo({ changes, situation, policy: ports.remediation, lockHolder: undoHolder(record) }),
      running: run === undefined || run.phase === 'Proposed' ? undefined : run.phase,
    },
  };
}

function isRefused({ gates, running }: UndoView): boolean {
  return running !== undefined || closedGates(gates).length > 0;
}

/** Another one than who carries out plans: of the two, one waits. */
function undoHolder(record: IncidentRecord): string {
  return `undo ${lockHolder(record)}`;
}

function ended(
  kind: Undone['kind'],
  changes: readonly RememberedChange[],
  left: UndoView,
  message = '',
): Undone {
  return { kind, changes, left, message };
}
