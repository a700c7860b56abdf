import type { ClusterReader } from '../domain/cluster-facts.ts';
import { evidenceRequest } from '../domain/evidence-request.ts';
import { judgeCluster } from '../domain/judge-cluster.ts';
import type { ChangeState } from '../domain/mitigations/cluster-change.ts';
import { changeKey } from '../domain/remediation/history.ts';
import type { Remediation, Run } from '../domain/remediation/remediation.ts';
import type { IncidentSummary, Readable, Situation } from '../domain/remediation/situation.ts';
import type { Clock } from '../domain/units.ts';
import { FunctionError } from '../errors/errors.ts';
import type { IncidentStore } from './ports.ts';
import type { ClusterWriter, InterlockReader } from './remediation-ports.ts';

/** What a situation is read with. */
export interface SituationPorts {
  readonly incidents: Pick<IncidentStore, 'list'>;
  /** A reader that reads the workload of this node only: of the others it is assumed that there is some. */
  readonly clusterOf: (node: string) => ClusterReader;
  readonly interlocks: InterlockReader;
  readonly clock: Clock;
}

/**
 * Reads all that a decision about one node rests on, anew.
 *
 * @throws KUBE_ errors when the cluster cannot be read at all; what is missing in part closes gates
 */
export async function readSituation(node: string, ports: SituationPorts): Promise<Situation> {
  const [incidents, interlocks, seen] = await Promise.all([
    readIncidents(ports),
    ports.interlocks.read(node),
    lookAt(node, ports.clusterOf(node)),
  ]);
  return { now: ports.clock.now(), node, ...seen, incidents, interlocks };
}

/**
 * Reads the cluster for one node, and judges it. Evidence is read of a node without causes too: who owns the placement is in it, without which
 * it cannot be told whom a change that is taken back would harm.
 *
 * @throws KUBE_ errors
 */
export async function lookAt(
  node: string,
  cluster: ClusterReader,
): Promise<Pick<Situation, 'facts' | 'judgement' | 'evidence'>> {
  const facts = await cluster.read();
  const judgement = judgeCluster(facts);
  const { namespace } = judgement.installation;
  const nodes = judgement.nodes.filter(({ name }) => name === node);
  const request = evidenceRequest({ ...judgement, nodes }) ?? { nodes: [node], namespace, vms: [] };
  return { facts, judgement, evidence: await cluster.readEvidence(request) };
}

async function readIncidents({ incidents }: SituationPorts): Promise<Readable<readonly IncidentSummary[]>> {
  try {
    const records = await incidents.list();
    const value = records.flatMap(({ incident, remediation }) =>
      incident === undefined ? [] : [{ incident, remediation }],
    );
    return { value };
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    return { unreadable: `the incidents were not read: ${error.message}` };
  }
}

/** Whether what is being written, or was, is in the cluster. @throws KUBE_ errors */
export async function readChangeStates(
  { run, changes }: Remediation,
  writer: Pick<ClusterWriter, 'look'>,
): Promise<ReadonlyMap<string, ChangeState>> {
  const asked = new Map(changes.map((it) => [changeKey(it.run, it.step), it.change]));
  if (run !== undefined && run.phase !== 'Proposed') {
    for (const [step, change] of changesOf(run)) asked.set(changeKey(run.number, step), change);
  }
  const states = new Map<string, ChangeState>();
  for (const [key, change] of asked) states.set(key, await writer.look(change));
  return states;
}

/** The step that is being written: what was written before it is remembered, unless it is a deletion. */
function changesOf({ plan, step }: Run) {
  const change = plan.steps[step]?.change;
  return change === undefined ? [] : [[step, change] as const];
}
