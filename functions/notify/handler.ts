import { routedTo, usesLabels } from '../../shared/domain/notifications/channel-route.ts';
import { newDelivery } from '../../shared/domain/notifications/delivery.ts';
import type { LinkTemplates } from '../../shared/domain/notifications/fill-links.ts';
import type { Routing } from '../../shared/domain/notifications/routing.ts';
import { stageKey } from '../../shared/domain/remediation/stage.ts';
import { type DurationMs, durationMs, type EpochMs } from '../../shared/domain/units.ts';
import { parseAuditRequest } from '../../shared/events/audit-events.ts';
import { type ApprovalLinks, approvalLinkOf } from '../../shared/runtime/approval.ts';
import type { Channel } from '../../shared/runtime/channel.ts';
import { createGate } from '../../shared/runtime/gate.ts';
import { LatestOnly, type LatestOnlyPorts } from '../../shared/runtime/latest-only.ts';
import { NodeLabels } from '../../shared/runtime/node-labels.ts';
import type { IncidentRecord, ObjectReader } from '../../shared/runtime/ports.ts';
import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import type { SettlePorts } from '../../shared/runtime/settle.ts';
import { join, type Telling, type TellOutcome, type TellPorts, tell } from '../../shared/runtime/tell.ts';
import { toNotice } from '../../shared/runtime/to-notice.ts';
import { type ChannelFacts, decide, type Known, type NotifyPolicy, type Plan } from './decide.ts';
import { manifest } from './manifest.ts';

/** Who is told of what, and how: what the file of `NOTIFY_CONFIG` says. */
export interface NotifySettings extends NotifyPolicy {
  readonly routing: Routing;
  readonly links: LinkTemplates;
  /** How long an incident that came back has to stay away before it is told to be over again. */
  readonly flapQuietMs: DurationMs;
}

/** What the function needs of the world. */
export interface NotifyPorts extends SettlePorts, LatestOnlyPorts {
  readonly channels: readonly Channel[];
  readonly objects: ObjectReader;
  readonly settings: NotifySettings;
  /** Makes the links by which people approve; none without a key. */
  readonly approvalLinks?: ApprovalLinks | undefined;
  /** Where the records are: messages say how to look at them. */
  readonly incidentNamespace: () => Promise<string>;
}

/** A record that has an incident. */
type Filled = IncidentRecord & Known;

/** How often a round begins again because somebody else wrote what it wanted to write. */
const MAX_ROUNDS = 3;
/** How long a storm that grows is left alone, and how often: longer than it may grow. */
const GROWTH_MS: DurationMs = durationMs(1_000);
const MAX_LOOKS = 16;

/**
 * Every event, and every tick, only says that it is time to look: each channel is told what it has not heard, of all
 * incidents there are. Channels go on side by side, each with one round in flight and at most one after it.
 */
export function createFunction(ports: NotifyPorts): ServerlessFunction {
  const lanes = new LatestOnly<void>(ports);
  const lists = new LatestOnly<readonly Filled[]>(ports);
  const read = () => lists.run('all', () => readFilled(ports));
  const labels = new NodeLabels(ports);
  const writes = createGate(1);
  const rounds = ports.channels.map(
    (channel) => new ChannelRounds(channel, { ...ports, read, labels, writes }),
  );
  const types: ReadonlySet<string> = new Set(manifest.consumes.map(({ type }) => type));
  return {
    manifest,
    async handle(event) {
      if (!types.has(event.type)) return 'ignored';
      parseAuditRequest(event);
      const outcomes = await Promise.allSettled(rounds.map((it) => lanes.run(it.name, () => it.run())));
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
      return 'done';
    },
  };
}

async function readFilled({ incidents }: NotifyPorts): Promise<readonly Filled[]> {
  const records = await incidents.list();
  return records.filter((record): record is Filled => record.incident !== undefined);
}

interface RoundPorts extends NotifyPorts, TellPorts {
  readonly read: () => Promise<readonly Filled[]>;
  readonly labels: NodeLabels;
}

/** Tells one channel what it has not heard. */
class ChannelRounds {
  readonly #channel: Channel;
  readonly #ports: RoundPorts;
  /** When it was reminded of a node's incident: in no record, since one reminder too many does no harm. */
  readonly #remindedAt = new Map<string, EpochMs>();

  constructor(channel: Channel, ports: RoundPorts) {
    this.#channel = channel;
    this.#ports = ports;
  }

  get name(): string {
    return this.#channel.name;
  }

  async run(): Promise<void> {
    let rounds = 0;
    for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
      const { isContested, isGrowing } = await this.#round();
      if (isContested) rounds += 1;
      if (rounds >= MAX_ROUNDS || !(isContested || isGrowing)) return;
      if (isGrowing) await this.#ports.wait(GROWTH_MS);
    }
  }

  /** One round; whether somebody else wrote what this one wanted to write, and whether a storm is growing. */
  async #round(): Promise<{ readonly isContested: boolean; readonly isGrowing: boolean }> {
    const { read, settings, clock, incidentNamespace } = this.#ports;
    const records = await read();
    const namespace = await incidentNamespace();
    const { plans, joins, isGrowing } = decide(records, await this.#facts(records), settings, clock.now());
    const outcomes = await this.#tellAll(plans, records, namespace);
    await Promise.all([...joins].map(([node, leader]) => this.#join(node, leader, records)));
    return { isContested: outcomes.includes('contested'), isGrowing };
  }

  /** One after the other, until the channel does not take any: the others are tried next time. */
  async #tellAll(
    plans: readonly Plan[],
    records: readonly Filled[],
    namespace: string,
  ): Promise<readonly TellOutcome[]> {
    const outcomes: TellOutcome[] = [];
    for (const plan of plans) {
      const record = records.find(({ node }) => node === plan.node);
      if (record === undefined) continue;
      const telling = await this.#telling(plan, record, namespace);
      const outcome = await tell(this.#channel, telling, this.#ports);
      if (outcome === 'told' && plan.intent === 'repeat')
        this.#remindedAt.set(plan.node, this.#ports.clock.now());
      outcomes.push(outcome);
      if (outcome === 'unavailable') break;
    }
    return outcomes;
  }

  async #telling(
    { intent, delivery, subject, incidents }: Plan,
    record: Filled,
    namespace: string,
  ): Promise<Telling> {
    const { clock, clusterName, settings, approvalLinks } = this.#ports;
    const { uid, remediation } = record;
    const now = clock.now();
    const approval = await approvalLinkOf(record, approvalLinks, now);
    const context = { uid, clusterName, namespace, links: settings.links, now, remediation, approval };
    const { state, severity, revision, nodes } = subject;
    const stage = subject.remediation && stageKey(subject.remediation);
    const openings = (delivery.told?.openings ?? 0) + (intent === 'open' ? 1 : 0);
    return {
      record,
      delivery,
      notice: toNotice({ intent, delivery, leader: record.incident, incidents }, context),
      told: { state, severity, revision, nodes, openings, remediation: stage, at: now },
    };
  }

  async #join(node: string, leader: string, records: readonly Filled[]): Promise<void> {
    const record = records.find((it) => it.node === node);
    if (record === undefined) return;
    await join(record, { ...newDelivery(this.name, record.incident.episode), leader }, this.#ports);
  }

  async #facts(records: readonly Filled[]): Promise<ChannelFacts> {
    const { abilities } = this.#channel;
    const { settings, clock, labels } = this.#ports;
    const now = clock.now();
    const unsettled = records.filter(({ incident }) => incident.state !== 'Resolved');
    const asked = usesLabels(settings.routing) ? unsettled : [];
    const known = new Map(
      await Promise.all(asked.map(async ({ node }) => [node, await labels.of(node)] as const)),
    );
    for (const node of this.#remindedAt.keys())
      if (!records.some((it) => it.node === node)) this.#remindedAt.delete(node);
    return {
      name: this.name,
      storms: abilities.storms,
      tellsRevisions: abilities.updates !== 'no',
      tellsRemediation: abilities.remediation,
      keepAliveMs: abilities.keepAliveMs,
      flapQuietMs: settings.flapQuietMs,
      route: (incident) =>
        routedTo(
          { channel: this.name, nodeLabels: known.get(incident.node) },
          incident,
          settings.routing,
          now,
        ),
      remindedAt: (node) => this.#remindedAt.get(node),
    };
  }
}
