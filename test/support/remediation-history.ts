import { TYPES } from '../../infra/local/simulation/api/resource-type.ts';
import { INSTALL_NAMESPACE } from '../../infra/local/simulation/cluster/virt-objects.ts';
import type { RemediationMode } from '../../shared/domain/remediation/remediation-policy.ts';
import { isSameJson } from '../../shared/domain/same-json.ts';
import { durationMs } from '../../shared/domain/units.ts';
import { KubeUnavailableError } from '../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { holdOf, OWN_LEASE } from '../../shared/kubernetes/lease.ts';
import {
  type Approving,
  type Delivering,
  falsified,
  type Happening,
  KEY,
  NODES,
  PLACEMENTS,
} from './happenings.ts';
import { AUTO } from './remediation-stories.ts';
import { APPROVER, RemediationWorld } from './remediation-world.ts';
import { storedRecords } from './simulated-situation.ts';

const GPU = { key: 'gpu', value: 'yes', effect: 'NoSchedule' } as const;

/** A world of four nodes in which anything may happen, and in which everything may be repaired at first. */
export class History {
  readonly world = new RemediationWorld({
    policy: { ...AUTO, stormCooldownMs: durationMs(60_000), approvers: [APPROVER] },
    plan: {
      nodes: NODES,
      labels: { [KEY]: 'a' },
      vmis: NODES.map((name) => ({ namespace: 'shop', name: `vm-${name}`, node: name })),
    },
  });
  readonly #broken = new Set<string>();
  #failing = { calls: 0, after: false };
  #kept: IncomingEvent | undefined;

  constructor(mode: RemediationMode) {
    const { world } = this;
    world.policy = { ...world.policy, mode };
    world.restart();
    const { onCall } = world;
    world.onCall = (request, answer) => {
      const { calls, after } = this.#failing;
      if (calls <= 0) return onCall(request, answer);
      this.#failing = { calls: calls - 1, after };
      if (after) onCall(request, answer);
      throw new KubeUnavailableError('the API server fails', 'Try again.');
    };
    world.api.store.subscribe(({ type, object }) => {
      if (type !== 'DELETED' && this.#broken.has(object.metadata.uid)) this.#spoil(object.metadata.name);
    });
    world.cluster.setPlacement(PLACEMENTS[0]);
    world.time.advance(180_000);
  }

  /** Lets one thing happen; what cannot happen now does not. */
  async happen(next: Happening): Promise<void> {
    if ('node' in next) return this.#befall(next.kind, next.node);
    switch (next.kind) {
      case 'pass':
        await this.#pass(next.seconds, next.processes);
        return this.#deliver(next.deliver);
      case 'heal':
        return this.#heal();
      case 'approve':
        return this.#approve(next.how);
      case 'die':
        return this.world.restart({
          call: this.world.process.life.calls.length + next.call,
          moment: next.moment,
        });
      case 'fail':
        this.#failing = { calls: next.calls, after: next.after };
        return;
      case 'policy':
        this.world.policy = { ...this.world.policy, ...next.policy };
        return this.world.restart();
      case 'placement':
        return this.world.cluster.setPlacement(PLACEMENTS[next.which]);
    }
  }

  /** Nothing happens any more but time, until nothing is under way. @returns whether it came to that */
  async calm(): Promise<boolean> {
    this.#failing = { calls: 0, after: false };
    this.world.restart();
    for (let tick = 0; tick < 60; tick += 1) {
      await this.#pass(30, 1);
      await this.world.deliverQueue();
      if (await this.#isQuiet()) return true;
    }
    return false;
  }

  #befall(kind: Extract<Happening, { node: string; how?: never }>['kind'], node: string): void {
    const { cluster, api } = this.world;
    const isThere = api.find({ type: TYPES.node, name: node }) !== undefined;
    if (kind === 'add node' && !isThere) {
      cluster.startKubelet(node);
      cluster.addNode(node, { [KEY]: 'a' });
      cluster.addVmi({ namespace: 'shop', name: `vm-${node}-${api.store.revision}`, node });
    }
    if (!isThere) return;
    const act: Readonly<Record<typeof kind, () => void>> = {
      unlabel: () => cluster.label(node, KEY, null),
      relabel: () => cluster.label(node, KEY, 'a'),
      taint: () => {
        cluster.taint(node, GPU);
        this.#endHandlers(node);
      },
      untaint: () => cluster.untaint(node, GPU.key),
      'end handler': () => this.#endHandlers(node),
      'break handler': () => this.#breakHandlers(node),
      'delete node': () => cluster.deleteNode(node),
      'add node': () => undefined,
      'undo ours': () => this.#undoOurs(node),
    };
    act[kind]();
  }

  #heal(): void {
    this.#broken.clear();
    for (const node of NODES)
      for (const kind of ['add node', 'relabel', 'untaint', 'end handler'] as const) this.#befall(kind, node);
    this.world.cluster.setPlacement(PLACEMENTS[0]);
  }

  #endHandlers(node: string): void {
    for (const { metadata } of this.world.cluster.handlersOn(node))
      this.world.cluster.deletePod(INSTALL_NAMESPACE, metadata.name);
  }

  #breakHandlers(node: string): void {
    for (const { metadata } of this.world.cluster.handlersOn(node)) {
      this.#broken.add(metadata.uid);
      this.#spoil(metadata.name);
    }
  }

  /** A virt-handler that is not Ready, whatever its kubelet says. */
  #spoil(name: string): void {
    const target = { type: TYPES.pod, namespace: INSTALL_NAMESPACE, name, subresource: 'status' } as const;
    const conditions = [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady' }];
    const pod = this.world.api.find(target);
    if (pod === undefined || isSameJson(pod.status?.['conditions'], conditions)) return;
    this.world.api.update(target, (current) => ({ ...current, status: { ...current.status, conditions } }));
  }

  /** Somebody else takes the label away that we put there. */
  #undoOurs(node: string): void {
    const record = storedRecords(this.world.api).find((it) => it.node === node);
    if (record?.remediation.changes.some(({ change }) => change.target.kind === 'Node'))
      this.world.cluster.label(node, KEY, null);
  }

  async #pass(seconds: number, processes: 1 | 2): Promise<void> {
    const { world } = this;
    world.time.advance(seconds * 1_000);
    const other = processes === 2 ? [world.newProcess()] : [];
    await Promise.all([world.process, ...other].map((process) => world.requestAudit(process)));
  }

  async #deliver(how: Delivering): Promise<void> {
    const { world } = this;
    if (how === 'none') return;
    if (how === 'drop') world.queue = world.queue.filter((_, index) => index % 2 === 1);
    if (how === 'twice') world.queue = world.queue.flatMap((event) => [event, event]);
    if (how === 'backwards') world.queue = world.queue.toReversed();
    await world.deliverQueue();
  }

  /** Somebody approves what is proposed: as it should be, later than that, or by what is not true. */
  async #approve(how: Approving): Promise<void> {
    const { world } = this;
    if (how === 'kept') {
      if (this.#kept !== undefined) await world.deliver(this.#kept);
      return;
    }
    for (const node of NODES) {
      const approval = await world.approve(node);
      if (approval === undefined) continue;
      if (how === 'right') this.#kept = approval;
      else world.approvals.pop();
      await world.deliver(falsified(approval, how));
    }
  }

  async #isQuiet(): Promise<boolean> {
    const { api, time } = this.world;
    const isBusy = storedRecords(api).some(
      ({ remediation: { run } }) => run !== undefined && run.phase !== 'Proposed',
    );
    const lease = api.list(TYPES.lease).find(({ metadata }) => metadata.name === OWN_LEASE);
    return !isBusy && (lease === undefined || holdOf(lease as object, time.now()) === undefined);
  }
}
