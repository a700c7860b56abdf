import { createFunction, type NotifySettings } from '../../functions/notify/handler.ts';
import type { Incident } from '../../shared/domain/incidents/incident.ts';
import type { Route } from '../../shared/domain/notifications/routing.ts';
import { durationMs } from '../../shared/domain/units.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import type { ApprovalLinks } from '../../shared/runtime/approval.ts';
import type { Channel } from '../../shared/runtime/channel.ts';
import type { ObjectReader } from '../../shared/runtime/ports.ts';
import { DEFINITE, incident } from './incidents.ts';
import { settlePorts } from './runtime-ports.ts';

const ROUTE: Route = {
  name: 'all',
  match: {},
  channels: ['ops', 'pager'],
  continue: false,
  minimumSeverity: 'warning',
  repeatMs: undefined,
  mute: [],
};
export const DIAGNOSIS = {
  diagnosedAt: settlePorts().clock.now(),
  causes: [{ ...DEFINITE, mitigations: [] }],
};
/** A request for a tick. */
export const TICK: IncomingEvent = {
  specversion: '1.0',
  id: 'tick',
  source: '/test',
  type: 'dev.kubevirt-orphans.audit.requested.v1',
  data: { scope: 'unsettled' },
};

function settings(route: Partial<Route> = {}): NotifySettings {
  return {
    routing: { routes: [{ ...ROUTE, ...route }], muteWindows: [], silences: [], disabledChannels: [] },
    links: {},
    diagnosisWaitMs: durationMs(10_000),
    flapQuietMs: durationMs(300_000),
    storm: { minNodes: 3, windowMs: durationMs(300_000) },
  };
}

/** Incidents, channels that are told of them, and as many instances of the function as a test wants. */
export function notifyWorld(
  channels: readonly Channel[],
  {
    route = {},
    labels = {},
    approvalLinks,
  }: { route?: Partial<Route>; labels?: Record<string, string>; approvalLinks?: ApprovalLinks } = {},
) {
  const ports = settlePorts();
  const reads: string[] = [];
  const objects: ObjectReader = {
    get: async (kind, _, name) => {
      reads.push(`${kind} ${name}`);
      return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels } } as never;
    },
  };
  const instance = () =>
    createFunction({
      ...ports,
      channels,
      approvalLinks,
      objects,
      settings: settings(route),
      incidentNamespace: async () => 'ops',
    });
  const put = (node: string, parts: Partial<Incident> = {}, state: Incident['state'] = 'Open') =>
    ports.incidents.put({
      ...ports.incidents.records.get(node),
      node,
      incident: incident(state, { node, diagnosis: DIAGNOSIS, causes: [DEFINITE], ...parts }),
    });
  const deliveries = (node: string) => ports.incidents.records.get(node)?.deliveries ?? [];
  return { ...ports, instance, fn: instance(), put, deliveries, reads };
}

/** Until all that can go on has gone on: nothing here waits for time. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
