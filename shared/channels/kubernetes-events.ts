import { createHash } from 'node:crypto';
import type { IncidentVmi } from '../domain/incidents/incident.ts';
import type { Message } from '../domain/notifications/message.ts';
import { ChannelRefusedError, ChannelUnavailableError, FunctionError } from '../errors/errors.ts';
import type { Channel, ChannelAbilities, Notice, Receipt } from '../runtime/channel.ts';
import type { EventObject, EventRecorder, ObjectEvent, RecordOutcome } from '../runtime/event-recorder.ts';
import { forEachOf } from '../runtime/for-each-of.ts';
import type { Log } from '../runtime/ports.ts';

export interface KubernetesEventsOptions {
  readonly name: string;
  readonly recorder: EventRecorder;
  /** Told of VMIs whose namespaces take no Event. */
  readonly log: Log;
}

/** How many VMIs get an Event of their own: as many as an incident names. */
const MAX_VMI_EVENTS = 250;
/** 128 bits: as many as a UUID has. */
const NAME_DIGITS = 32;

const ABILITIES: ChannelAbilities = {
  updates: 'as a new message',
  threads: false,
  resolves: false,
  deduplicates: true,
  signed: false,
  // Each node has its own.
  storms: false,
  remediation: true,
  keepAliveMs: undefined,
};

/**
 * Kubernetes Events, on the node and on each VMI that the notice names: what `kubectl describe` shows. A repeat counts the Event's
 * series up.
 *
 * A notice is told when the node's Event is there; a namespace that takes none keeps no other from being told.
 * It throws ChannelUnavailableError when the API server cannot be reached, ChannelRefusedError when no Event may be written.
 */
export function createKubernetesEventsChannel(options: KubernetesEventsOptions): Channel {
  const { name, recorder, log } = options;
  return {
    name,
    abilities: ABILITIES,
    async send(notice): Promise<Receipt> {
      const write = (event: ObjectEvent): Promise<RecordOutcome> =>
        notice.intent === 'repeat' ? recorder.repeat(event) : recorder.record(event);
      const [node, ...vmis] = toObjectEvents(notice);
      try {
        const outcome = node === undefined ? 'refused' : await write(node);
        // Without a node's namespace there is nothing to tell it in.
        if (outcome !== 'there') throw refused(name, outcome);
        const outcomes = await writeAll(vmis, write);
        const untold = outcomes.filter((each) => each === 'forbidden' || each === 'refused').length;
        if (untold > 0)
          log.warn({ channel: name, node: notice.message.node, untold }, 'VMIs got no Kubernetes Event');
      } catch (error) {
        throw toChannelError(name, error);
      }
      return { externalId: undefined };
    },
  };
}

/** Writes a few at a time. Once the API server cannot be reached it is not asked again: what is there stays there. */
async function writeAll(
  events: readonly ObjectEvent[],
  write: (event: ObjectEvent) => Promise<RecordOutcome>,
): Promise<readonly RecordOutcome[]> {
  const broken = new AbortController();
  return forEachOf(events, async (event) => {
    broken.signal.throwIfAborted();
    try {
      return await write(event);
    } catch (error) {
      broken.abort(error);
      throw error;
    }
  });
}

/** What is written of a notice, the node's Event first. */
export function toObjectEvents({ message, vmis, nodeUid, now }: Notice): readonly ObjectEvent[] {
  const node = { apiVersion: 'v1', kind: 'Node', namespace: '', name: message.node, uid: nodeUid };
  const eventOf = (regarding: EventObject, related?: EventObject): ObjectEvent => ({
    name: nameOf(message, regarding),
    regarding,
    related,
    ...meaningOf(message),
    note: noteOf(message),
    at: now,
  });
  const ofVmis = vmis
    .slice(0, MAX_VMI_EVENTS)
    .map((vmi) =>
      eventOf({ apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachineInstance', ...namesOf(vmi) }, node),
    );
  return [eventOf(node), ...ofVmis];
}

function namesOf({ namespace, name, uid }: IncidentVmi): IncidentVmi {
  return { namespace, name, uid };
}

/** The same for what is told of an object, whoever tells it and how often. */
function nameOf({ key, revision, remediation }: Message, { kind, namespace, name }: EventObject): string {
  const told = remediation === undefined ? [] : [remediation.stage];
  const digest = createHash('sha256').update(JSON.stringify([key, revision, kind, namespace, name, ...told]));
  return `kubevirt-orphans.${digest.digest('hex').slice(0, NAME_DIGITS)}`;
}

type Meaning = Pick<ObjectEvent, 'type' | 'reason' | 'action'>;

function meaningOf({ state, isBadEnd }: Message): Meaning {
  switch (state) {
    case 'AtRisk':
      return { type: 'Warning', reason: 'NodeAtRisk', action: 'Detect' };
    case 'Suspected': // most restarts of a handler end here
      return { type: 'Normal', reason: 'VirtHandlerMissing', action: 'Detect' };
    case 'Open':
      return { type: 'Warning', reason: 'VirtHandlerMissing', action: 'Detect' };
    case 'Resolved':
      return isBadEnd
        ? { type: 'Warning', reason: 'VirtualMachinesLost', action: 'Resolve' }
        : { type: 'Normal', reason: 'IncidentResolved', action: 'Resolve' };
  }
}

/** The command comes last: what is too long is cut at its end, and then it is seen that the command is not whole. */
function noteOf({ title, sentences, help }: Message): string {
  const helps = help === undefined ? [] : [`${help.summary} ${help.command}`];
  return [title.replace(/[^.!?]$/, '$&.'), ...sentences, ...helps].join(' ');
}

function toChannelError(name: string, error: unknown): unknown {
  if (!(error instanceof FunctionError) || error instanceof ChannelRefusedError) return error;
  const message = `channel ${name} does not take a notice: ${error.message}`;
  return error.disposition === 'retry'
    ? new ChannelUnavailableError(message, error.remedy, { cause: error })
    : new ChannelRefusedError(message, error.remedy, { cause: error });
}

function refused(name: string, outcome: RecordOutcome): ChannelRefusedError {
  const why = outcome === 'forbidden' ? 'Events may not be written' : 'the API server takes no Event';
  return new ChannelRefusedError(
    `channel ${name} refuses a notice: ${why} in the namespace default or kube-system`,
    'Grant it by a ClusterRole with the rule {apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "get", "patch"]}.',
  );
}
