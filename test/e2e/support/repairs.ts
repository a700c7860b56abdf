import { type FunctionPorts, loadFunction } from '../../../infra/server/catalog.ts';
import { createFunctionPorts } from '../../../infra/server/function-ports.ts';
import { createWorld, type World } from '../../../infra/server/world.ts';
import type { ClusterChange } from '../../../shared/domain/mitigations/cluster-change.ts';
import {
  type RemediationPolicy,
  USUAL_POLICY,
} from '../../../shared/domain/remediation/remediation-policy.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import type { ProductEvent } from '../../../shared/events/product-event.ts';
import { PING_TYPE } from '../../../shared/events/raw-events.ts';
import { createApprovalTokens } from '../../../shared/http/approval-token.ts';
import { loadConnection } from '../../../shared/kubernetes/kube-config.ts';
import type { IncidentRecord } from '../../../shared/runtime/ports.ts';
import type { ClusterWriter } from '../../../shared/runtime/remediation-ports.ts';
import type { ServerlessFunction } from '../../../shared/runtime/serverless-function.ts';
import { type Kill, Life } from '../../support/killable.ts';
import { NO_METRICS, SILENT_LOG } from '../../support/runtime-ports.ts';
import type { Cluster } from './describe-cluster.ts';
import { INCIDENTS_NAMESPACE } from './incidents.ts';
import { SCENE } from './stage.ts';
import { createSkippingClock, type SkippingClock } from './test-clock.ts';

/** Those that find orphans, say why, and repair. */
const FUNCTIONS = ['audit', 'diagnose', 'remediate'] as const;
const CLUSTER_NAME = 'test';
const KEY = new TextEncoder().encode('a key that nobody knows but tests');

/** The functions in this process, with all that they stand on in a cluster, and a test in the place of time and broker. */
export interface Repairs {
  readonly world: World;
  readonly clock: SkippingClock;
  /** Signs approvals with the key that `remediate` believes. */
  readonly tokens: ReturnType<typeof createApprovalTokens>;
  /** What was written into the cluster and made, in order, such as `write Node node02`; tries are left out. */
  readonly writes: readonly string[];
  /** What was published so far, in order. */
  readonly told: readonly IncomingEvent[];
  /** How many processes have died so far. */
  readonly deaths: number;
  /** Delivers an event, and whatever is published because of it, one after the other. */
  deliver(event: IncomingEvent): Promise<void>;
  /** What a schedule brings about once a minute: an audit of all nodes, then a look at what is under way. */
  look(): Promise<void>;
  /** Only the second half of it. */
  lookAgain(): Promise<void>;
  /** From now on as configured otherwise, like after a restart. */
  configure(policy: Partial<RemediationPolicy>): Promise<void>;
  /** @param node - that of the story unless told */
  record(node?: string): Promise<IncidentRecord | undefined>;
  close(): Promise<void>;
}

/** Everything is done at once, and one node at a time. */
export const EAGER: RemediationPolicy = {
  ...USUAL_POLICY,
  mode: 'Auto',
  budget: { nodes: 1, percent: 100 },
  holdOffMs: durationMs(0),
  cooldownMs: durationMs(0),
};

/** How the processes die that run `remediate`, one after the other; the one after them lives. */
export interface Deaths {
  /** After which call of what it writes with each dies: nothing comes back from that call, although it was made, and the event is delivered again. */
  readonly after: readonly Kill['call'][];
  /** What happens after each death, while there is no process. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** @param policy - what is not as in `EAGER` */
export async function openRepairs(
  { kubeconfig }: Pick<Cluster, 'kubeconfig'>,
  policy: Partial<RemediationPolicy> = {},
  { after, meanwhile }: Deaths = { after: [] },
): Promise<Repairs> {
  const clock = createSkippingClock();
  const metrics = { ...NO_METRICS, apiCall: () => undefined };
  const connection = loadConnection({ kubeconfig, env: {} });
  const writes: string[] = [];
  const live = createWorld(connection, INCIDENTS_NAMESPACE, { clock, log: SILENT_LOG, metrics });
  const world = { ...live, writer: recording(live.writer, writes) };
  const tokens = createApprovalTokens({ clusterName: CLUSTER_NAME, key: KEY, clock });
  const told: IncomingEvent[] = [];
  const waiting: IncomingEvent[] = [];
  const left = [...after];
  let functions: readonly ServerlessFunction[] = [];
  let life = new Life();
  let configured = policy;
  let pings = 0;
  let deaths = 0;

  const configure = async (changed: Partial<RemediationPolicy>): Promise<void> => {
    configured = changed;
    const call = left.shift();
    life = new Life(call === undefined ? undefined : { call, moment: 'after' });
    const sink = {
      publish: async (event: ProductEvent) => {
        told.push({ ...event });
        waiting.push({ ...event });
      },
    };
    const remediation = {
      policy: { ...EAGER, ...changed },
      approval: undefined,
      verifier: tokens,
      links: undefined,
    };
    const ports = createFunctionPorts(
      { world, sink, clock, log: SILENT_LOG, metrics, remediation },
      { clusterName: CLUSTER_NAME, graceMs: durationMs(0) },
    );
    const mortal = mortalPorts(ports, life);
    functions = await Promise.all(
      FUNCTIONS.map(async (name) => (await loadFunction(name))(name === 'remediate' ? mortal : ports)),
    );
  };
  const deliverTo = async (names: readonly string[], event: IncomingEvent): Promise<void> => {
    for (const { manifest, handle } of functions) {
      if (!names.includes(manifest.name) || !manifest.consumes.some(({ type }) => type === event.type))
        continue;
      await Promise.race([handle(event), life.death]);
      if (!life.isDead) continue;
      deaths += 1;
      await meanwhile?.();
      await configure(configured);
      await deliverTo([manifest.name], event);
    }
  };
  const deliver = async (event: IncomingEvent, names: readonly string[] = FUNCTIONS): Promise<void> => {
    await deliverTo(names, event);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await deliverTo(FUNCTIONS, next);
  };
  const ping = (): IncomingEvent => {
    pings += 1;
    return {
      specversion: '1.0',
      id: `ping-${pings}`,
      source: '/schedule',
      type: PING_TYPE,
      data: { scope: 'all' },
    };
  };
  await configure(policy);
  return {
    world,
    clock,
    tokens,
    writes,
    told,
    get deaths() {
      return deaths;
    },
    deliver,
    configure,
    look: () => deliver(ping()),
    lookAgain: () => deliver(ping(), ['remediate']),
    record: (node = SCENE) => world.incidents.get(node),
    close: () => world.close(),
  };
}

/** What `remediate` writes with, each call of which may be the last. */
function mortalPorts(ports: FunctionPorts, life: Life): FunctionPorts {
  return {
    ...ports,
    incidents: { ...ports.incidents, update: life.of('incidents', ports.incidents).update },
    sink: life.of('sink', ports.sink),
    writer: { ...ports.writer, ...pick(life.of('writer', ports.writer)) },
    lock: life.of('lock', ports.lock),
    events: life.of('events', ports.events),
  };
}

function pick({ tryOut, write, revert }: ClusterWriter): Pick<ClusterWriter, 'tryOut' | 'write' | 'revert'> {
  return { tryOut, write, revert };
}

function recording(writer: ClusterWriter, writes: string[]): ClusterWriter {
  const recorded = (call: 'write' | 'revert') => async (change: ClusterChange) => {
    const outcome = await writer[call](change);
    const { kind, name } = change.target;
    if (outcome.kind === 'made') writes.push(`${call} ${kind} ${name}`);
    return outcome;
  };
  return {
    look: (change) => writer.look(change),
    tryOut: (change) => writer.tryOut(change),
    tryRevert: (change) => writer.tryRevert(change),
    write: recorded('write'),
    revert: recorded('revert'),
  };
}
