import { createFunction as createAudit } from '../../functions/audit/handler.ts';
import { createFunction as createDiagnose } from '../../functions/diagnose/handler.ts';
import { createFunction as createRemediate } from '../../functions/remediate/handler.ts';
import type { SimulatedApi } from '../../infra/local/simulation/api/simulated-api.ts';
import {
  type ClusterPlan,
  SimulatedCluster,
} from '../../infra/local/simulation/cluster/simulated-cluster.ts';
import { ManualTime } from '../../infra/local/simulation/time/manual-time.ts';
import type { Approval } from '../../shared/domain/remediation/remediation.ts';
import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
import { epochMs, formatTimestamp } from '../../shared/domain/units.ts';
import { FunctionError } from '../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import type { ApiClient } from '../../shared/kubernetes/api-client.ts';
import { createIncidentStore } from '../../shared/kubernetes/incident-store.ts';
import type { EventSink, IncidentRecord } from '../../shared/runtime/ports.ts';
import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import { type Kill, Life } from './killable.ts';
import { type OnCall, simulatedClient } from './simulated-client.ts';
import { mortalPorts, NAMESPACE, type WorldPorts, worldPorts } from './world-ports.ts';
import { WriteWatch } from './write-watch.ts';

/** Whose approvals are believed, where the policy says so. */
export const APPROVER = '/test/approver';
const START = epochMs(Date.parse('2026-08-22T10:00:00Z'));
/** How long a cluster has been there when a story begins: every handler is Ready. */
const PAST_MS = 60_000;
const TICK_SECONDS = 10;
const AUDIT = 'dev.kubevirt-orphans.audit.requested.v1';

export interface RemediationWorldOptions {
  readonly policy: RemediationPolicy;
  readonly plan?: ClusterPlan;
  /** Where the function that remediates dies; never unless told. */
  readonly kill?: Kill;
  /** More functions that hear events, such as the one that notifies. */
  readonly more?: (ports: WorldPorts) => readonly ServerlessFunction[];
}

/** One process: functions with a memory of their own, and its life. */
interface Process {
  readonly functions: readonly ServerlessFunction[];
  readonly life: Life;
}

/**
 * The functions that find, explain and repair orphans, with the real adapters, on a simulated cluster that goes on by itself when time passes,
 * which it does only when a test says so. Events go to every function that consumes them, unless the test takes them out of the queue.
 */
export class RemediationWorld {
  readonly time = new ManualTime(START);
  readonly cluster: SimulatedCluster;
  /** The test's own way to the cluster: nobody counts its calls. */
  readonly client: ApiClient;
  readonly published: ProductEvent[] = [];
  /** Published, and not delivered yet. */
  queue: IncomingEvent[] = [];
  /** What people have approved. */
  readonly approvals: Approval[] = [];
  policy: RemediationPolicy;
  process: Process;
  /** Looks at every write of ours. */
  readonly watch = new WriteWatch();
  readonly #client: ApiClient;
  readonly #options: RemediationWorldOptions;
  #requests = 0;

  /** What a test may put between our calls and the API server, behind which the watch stands. */
  onCall: OnCall = (request, answer) => this.watch.onCall(request, answer);

  constructor(options: RemediationWorldOptions) {
    this.#options = options;
    this.policy = options.policy;
    this.cluster = new SimulatedCluster(this.time, options.plan);
    this.cluster.addNamespace(NAMESPACE);
    this.client = simulatedClient(this.cluster.api);
    this.#client = simulatedClient(this.cluster.api, (...call) => this.onCall(...call));
    this.watch.known = this;
    this.time.advance(PAST_MS);
    this.process = this.newProcess(options.kill);
  }

  /** The functions in a process that knows nothing; an own one beside `process` for two at once. */
  newProcess(kill?: Kill): Process {
    const life = new Life(kill, this.process?.life.calls);
    const ports = this.portsOf();
    const mortal = { ...ports, ...mortalPorts(ports, life) };
    const functions = [createAudit(ports), createDiagnose(ports), createRemediate(mortal)];
    return { functions: [...functions, ...(this.#options.more?.(ports) ?? [])], life };
  }

  portsOf(): WorldPorts {
    const sink: EventSink = {
      publish: async (event) => {
        this.published.push(event);
        this.queue.push({ ...event });
      },
    };
    return worldPorts(this.#client, { clock: this.time, sink, policy: this.policy });
  }

  /** Time passes, in ticks of ten seconds, at each of which everything is judged and remediated. */
  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += TICK_SECONDS) {
      this.time.advance(TICK_SECONDS * 1_000);
      await this.tick();
    }
  }

  async tick(): Promise<void> {
    await this.requestAudit();
    await this.deliverQueue();
  }

  /** What a timer asks for; what follows from it stays in the queue. */
  async requestAudit(process: Process = this.process): Promise<void> {
    this.#requests += 1;
    const id = `tick-${this.#requests}`;
    await this.deliver(
      { specversion: '1.0', id, source: '/test', type: AUDIT, data: { scope: 'all' } },
      process,
    );
  }

  /** What was published, and what follows from it. */
  async deliverQueue(): Promise<void> {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift())
      await this.deliver(next);
  }

  /** What a person who may do so sends to approve what is proposed for a node now; `undefined` when nothing waits for it. */
  async approve(node: string): Promise<IncomingEvent | undefined> {
    const record = await this.record(node);
    const { run } = record?.remediation ?? {};
    if (record === undefined || run?.phase !== 'Proposed' || run.mode !== 'Approve') return undefined;
    const { uid } = record;
    const { episode, revision, plan } = run;
    const at = this.time.now();
    this.approvals.push({ by: 'jane', at, revision, planId: plan.id });
    return {
      specversion: '1.0',
      id: `approval-${this.approvals.length}`,
      source: APPROVER,
      type: 'dev.kubevirt-orphans.remediation.approved.v1',
      time: formatTimestamp(at),
      data: { node: { name: node }, incident: { uid, episode, revision }, plan: { id: plan.id }, by: 'jane' },
    };
  }

  /** One event to all that consume it. A process that dies over it is followed by another one, which gets it too, unless it was a timer's. */
  async deliver(event: IncomingEvent, process: Process = this.process): Promise<void> {
    for (const fn of process.functions) {
      if (!fn.manifest.consumes.some(({ type }) => type === event.type)) continue;
      const handled = fn.handle(event).catch(expected);
      await Promise.race([handled, process.life.death]);
    }
    if (!process.life.isDead || process !== this.process) return;
    this.restart();
    if (event.type !== AUDIT) await this.deliver(event);
  }

  /** Another process takes over, with what the policy says now, and dies where it is told to. */
  restart(kill?: Kill): void {
    this.process.life.kill();
    this.process = this.newProcess(kill);
  }

  records(): Promise<readonly IncidentRecord[]> {
    return createIncidentStore(this.client, { namespace: NAMESPACE }).list();
  }

  get api(): SimulatedApi {
    return this.cluster.api;
  }

  async record(node: string): Promise<IncidentRecord | undefined> {
    return (await this.records()).find((record) => record.node === node);
  }
}

/** What functions throw on purpose is delivered again, or looked at again at the next tick. */
function expected(error: unknown): 'failed' {
  if (error instanceof FunctionError) return 'failed';
  throw error;
}
