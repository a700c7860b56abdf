import { createFunction } from '../../functions/remediate/handler.ts';
import type { EvidenceObject } from '../../shared/domain/evidence-objects.ts';
import type { ClusterObject, Kind } from '../../shared/domain/objects.ts';
import type { Remediation } from '../../shared/domain/remediation/remediation.ts';
import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
import type { Interlocks } from '../../shared/domain/remediation/situation.ts';
import { epochMs } from '../../shared/domain/units.ts';
import { incidentUpdated } from '../../shared/events/incident-events.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { toIncidentData } from '../../shared/events/to-incident-data.ts';
import { createApprovalTokens } from '../../shared/http/approval-token.ts';
import type { IncidentRecord } from '../../shared/runtime/ports.ts';
import { evidenceOf, factsOf } from './facts.ts';
import { FakeInterlocks, FakeLock, FakeObjects, FakeWriter } from './fake-repair-ports.ts';
import { CONDITIONS, POLICY } from './gates.ts';
import { incident } from './incidents.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from './objects.ts';
import { settlePorts } from './runtime-ports.ts';

export const KEY = new TextEncoder().encode('a-key-of-at-least-thirty-two-bytes');
/** The source that the policy believes. */
export const APPROVER = '/approvals/of-the-team';
const ZONED = { 'kubernetes.io/os': 'linux', zone: 'a' };
const HEALTHY = ['node01', 'node03', 'node04'];

/** node02 of four lacks the label that KubeVirt's placement wants, and has a VMI: a label brings virt-handler back. */
function orphanedCluster(): readonly ClusterObject[] {
  return [
    ...HEALTHY.flatMap((name) => [aNode(name, { metadata: { labels: ZONED } }), aHandler(name)]),
    aNode('node02'),
    aVmi('web', 'node02'),
    aKubeVirt({
      metadata: { generation: 7 },
      spec: { workloads: { nodePlacement: { nodeSelector: { zone: 'a' } } } },
      status: { phase: 'Deployed', observedGeneration: 7, conditions: CONDITIONS },
    }),
    aDaemonSet({
      metadata: { annotations: { 'kubevirt.io/generation': '7' } },
      template: { nodeSelector: ZONED },
      ready: 3,
    }),
  ];
}

/** What cannot be read. */
export interface Hidden {
  readonly unread?: readonly Kind[];
  readonly interlocks?: Partial<Interlocks>;
}

/** A world in which a plan waits: for an approval, unless the policy says otherwise. */
export async function proposedWorld(policy: Partial<RemediationPolicy> = {}): Promise<RepairWorld> {
  const world = new RepairWorld(policy);
  await world.look();
  if (world.phase !== 'Proposed') throw new RangeError(`nothing is proposed: ${world.ended}`);
  return world;
}

/** The function `remediate` on a cluster in memory, with every port in the hand of the test. */
export class RepairWorld {
  readonly #settling = settlePorts();
  readonly clock = this.#settling.clock;
  readonly sink = this.#settling.sink;
  readonly incidents = this.#settling.incidents;
  readonly objects = new FakeObjects(orphanedCluster());
  evidence: readonly EvidenceObject[] = [];
  unread: readonly Kind[] = [];
  /** Runs right before each call of a port takes effect. */
  before: (call: string) => void = () => undefined;
  readonly #before = (call: string): void => this.before(call);
  readonly writer = new FakeWriter(this.objects, this.#before);
  readonly lock = new FakeLock(this.clock, this.#before);
  readonly interlocks = new FakeInterlocks(this.lock, this.#before);
  readonly logged: string[] = [];
  policy: RemediationPolicy;
  fn: ReturnType<typeof createFunction>;

  constructor(policy: Partial<RemediationPolicy> = {}) {
    this.policy = { ...POLICY, mode: 'Approve', approvers: [APPROVER], ...policy };
    this.clock.pass(600);
    this.put();
    this.fn = this.newProcess();
  }

  /** The record of node02, open for ten minutes, with more. */
  put(parts: Partial<IncidentRecord> = {}): IncidentRecord {
    const since = epochMs(this.clock.now() - 600_000);
    const diagnosis = { diagnosedAt: since, causes: [] };
    const open = { ...incident('Open'), nodeUid: 'node-node02', since, openedAt: since, diagnosis };
    return this.incidents.put({ node: 'node02', incident: open, ...parts });
  }

  /** The function in a process that knows nothing yet. */
  newProcess(): ReturnType<typeof createFunction> {
    const say =
      (level: string) =>
      (fields: object, message: string): void =>
        void this.logged.push(`${level} ${JSON.stringify(fields)} ${message}`);
    const read = async () => {
      this.before('cluster');
      return factsOf(this.objects.all, this.unread);
    };
    return createFunction({
      ...this.#settling,
      log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
      clusterOf: () => ({ read, readEvidence: async () => evidenceOf(this.evidence) }),
      interlocks: this.interlocks,
      writer: this.writer,
      lock: this.lock,
      events: { record: async () => 'there', repeat: async () => 'there' },
      remediation: this.policy,
      approvals: this.tokens(),
    });
  }

  tokens(clusterName = 'test', key = KEY) {
    return createApprovalTokens({ clusterName, key, clock: this.clock });
  }

  /** A process whose configuration is another one takes the place of the one that was. */
  restart(policy: Partial<RemediationPolicy>): void {
    this.policy = { ...this.policy, ...policy };
    this.fn = this.newProcess();
  }

  get record(): IncidentRecord {
    const record = this.incidents.records.get('node02');
    if (record === undefined) throw new RangeError('node02 has no record');
    return record;
  }

  get remediation(): Remediation {
    return this.record.remediation;
  }

  /** Does something right before the next call of that name. */
  once(name: string, act: () => void): void {
    this.before = (call) => {
      if (call !== name) return;
      this.before = () => undefined;
      act();
    };
  }

  /** Something that causes and owners are told by is there from now on. */
  reveal(object: EvidenceObject): void {
    this.evidence = [...this.evidence, object];
  }

  /** Keeps something from being read. */
  hide({ unread = [], interlocks = {} }: Hidden): void {
    this.unread = unread;
    this.interlocks.others = interlocks;
  }

  /** The phase of the run. */
  get phase(): string | undefined {
    return this.remediation.run?.phase;
  }

  /** What the last attempt came to and why. */
  get ended(): string | undefined {
    const last = this.remediation.attempts.at(-1);
    return last && `${last.outcome} ${last.reason.code}`;
  }

  /** The stages that were told, each event once. */
  get told(): readonly string[] {
    return this.sink.told.map((it) => /remediation\.(\w+)\.v1 /.exec(it)?.[1] ?? it);
  }

  /** Changes a node's metadata, as somebody else would. */
  edit(metadata: { readonly uid?: string; readonly labels?: Readonly<Record<string, string>> }): void {
    const node = this.objects.find('Node', 'node02') ?? aNode('node02');
    const labels = { ...node.metadata.labels, ...metadata.labels };
    this.objects.put({ ...node, metadata: { ...node.metadata, ...metadata, labels } } as ClusterObject);
  }

  /** virt-handler comes to node02, is Ready, and is heard of. */
  recover(): void {
    const created = new Date(this.clock.now()).toISOString();
    const node = this.objects.find('Node', 'node02') ?? aNode('node02');
    const annotations = { 'kubevirt.io/heartbeat': created };
    this.objects.put({ ...node, metadata: { ...node.metadata, annotations } } as ClusterObject);
    this.objects.put(aHandler('node02', { metadata: { creationTimestamp: created } }));
  }

  /** Something is told of the incident of node02, so that it is looked at. */
  look(fn = this.fn): Promise<unknown> {
    const { incident: known, uid } = this.record;
    if (known === undefined) throw new RangeError('node02 has no incident');
    return fn.handle({
      specversion: '1.0',
      id: 'an incident',
      source: '/kubevirt-orphans/clusters/test',
      type: incidentUpdated.type,
      data: toIncidentData(known, uid),
    });
  }

  /** A minute has passed. */
  tick(fn = this.fn): Promise<unknown> {
    return fn.handle({ specversion: '1.0', id: 'tick', source: '/ping', type: 'dev.knative.sources.ping' });
  }

  /** What approves the plan that is proposed; its sender is believed unless the test says otherwise. */
  approval({ data, ...parts }: Partial<IncomingEvent> & { readonly data?: object } = {}): IncomingEvent {
    const { uid, remediation } = this.record;
    const { episode = 1, revision = 3, plan } = remediation.run ?? {};
    return {
      specversion: '1.0',
      id: 'an approval',
      source: APPROVER,
      type: 'dev.kubevirt-orphans.remediation.approved.v1',
      time: new Date(this.clock.now()).toISOString(),
      ...parts,
      data: {
        node: { name: 'node02' },
        incident: { uid, episode, revision },
        plan: { id: plan?.id ?? 'none' },
        by: 'jane',
        ...data,
      },
    };
  }

  /** A token for what is proposed, but for what is said. */
  token(
    {
      uid = this.record.uid,
      episode = 1,
      revision = 3,
      planId = this.remediation.run?.plan.id ?? 'none',
    } = {},
    { node = 'node02', cluster = 'test', key = KEY, forMs = 900_000 } = {},
  ): Promise<string> {
    const until = epochMs(this.clock.now() + forMs);
    return this.tokens(cluster, key).sign({ node, uid, episode, revision, planId }, until);
  }
}
