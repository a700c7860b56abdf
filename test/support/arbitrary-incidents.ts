import fc from 'fast-check';
import { CAUSE_CODES, CAUSE_ORIGINS, CERTAINTIES } from '../../shared/domain/causes/cause.ts';
import {
  INCIDENT_STATES,
  type Incident,
  RESOLUTIONS,
  SEVERITIES,
  VMI_FATES,
} from '../../shared/domain/incidents/incident.ts';
import {
  MITIGATION_CODES,
  MITIGATION_OWNERS,
  MITIGATION_RISKS,
} from '../../shared/domain/mitigations/mitigation.ts';
import type { Delivery } from '../../shared/domain/notifications/delivery.ts';
import { NO_REMEDIATION } from '../../shared/domain/remediation/remediation.ts';
import { epochMs } from '../../shared/domain/units.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import type { IncidentRecord } from '../../shared/runtime/ports.ts';
import { arbitraryRemediation } from './arbitrary-remediation.ts';

/** An incident that was opened on node02, with one VMI; what a test needs differently it says. */
export function anIncident(parts: Partial<Incident> = {}): Incident {
  return {
    node: 'node02',
    nodeUid: '1d9c2b0e-0000-4000-8000-000000000002',
    state: 'Open',
    severity: 'warning',
    episode: 1,
    revision: 2,
    since: epochMs(Date.parse('2026-08-22T10:00:00Z')),
    openedAt: epochMs(Date.parse('2026-08-22T10:00:01Z')),
    resolvedAt: undefined,
    resolution: undefined,
    causes: [
      {
        code: 'TaintNotTolerated',
        certainty: 'Definite',
        origin: 'Node',
        summary: 'The taint gpu=true:NoExecute is not tolerated.',
      },
    ],
    vmis: [{ namespace: 'tenant-a', name: 'web-01', uid: '0c8a3f0e-6b1d-4f0a-9a5e-1b6c1b3f0001' }],
    vmiCount: 1,
    launcherPods: [{ namespace: 'tenant-a', name: 'virt-launcher-web-01-x7k2p' }],
    launcherPodCount: 1,
    goneVmis: [],
    diagnosis: undefined,
    ...parts,
  };
}

export function anEvent(parts: Partial<ProductEvent> = {}): ProductEvent {
  return {
    specversion: '1.0',
    id: 'u1-1-2-opened',
    source: '/clusters/lab',
    type: 'dev.kubevirt-orphans.incident.opened.v1',
    subject: 'nodes/node02',
    time: '2026-08-22T10:00:01.000Z',
    datacontenttype: 'application/json',
    dataschema: 'https://kubevirt-orphans.dev/schemas/v1alpha1/incident.schema.json',
    node: 'node02',
    partitionkey: 'node02',
    data: { node: 'node02', resolution: null, vmis: [{ name: 'web-01' }], nothing: {}, list: [null, 1.5] },
    ...parts,
  };
}

export function aRecord(parts: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    uid: 'u1',
    resourceVersion: '7',
    node: 'node02',
    incident: anIncident(),
    outbox: [anEvent()],
    deliveries: [],
    remediation: NO_REMEDIATION,
    approval: undefined,
    ...parts,
  };
}

// Up to the end of the year 9999: RFC 3339 has no more.
const time = fc.integer({ min: 0, max: 253_402_300_799_999 }).map(epochMs);
const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
const count = fc.nat();
const vmi = fc.record({ namespace: name, name, uid: fc.uuid() });
const cause = fc.record({
  code: fc.constantFrom(...CAUSE_CODES),
  certainty: fc.constantFrom(...CERTAINTIES),
  origin: fc.constantFrom(...CAUSE_ORIGINS),
  summary: fc.string({ unit: 'grapheme' }),
});
const mitigation = fc.record({
  code: fc.constantFrom(...MITIGATION_CODES),
  summary: fc.string(),
  command: fc.string(),
  risk: fc.constantFrom(...MITIGATION_RISKS),
  owner: fc.constantFrom(...MITIGATION_OWNERS),
});
const diagnosis = fc.record({
  diagnosedAt: time,
  causes: fc.array(
    fc
      .tuple(cause, fc.array(mitigation, { maxLength: 2 }))
      .map(([it, mitigations]) => ({ ...it, mitigations })),
    { maxLength: 3 },
  ),
});

/** Any incident of a node. */
export function arbitraryIncident(node: string): fc.Arbitrary<Incident> {
  return fc.record({
    node: fc.constant(node),
    nodeUid: fc.oneof(fc.constant(''), fc.uuid()),
    state: fc.constantFrom(...INCIDENT_STATES),
    severity: fc.constantFrom(...SEVERITIES),
    episode: fc.integer({ min: 1 }),
    revision: fc.integer({ min: 1 }),
    since: time,
    openedAt: fc.option(time, { nil: undefined }),
    resolvedAt: fc.option(time, { nil: undefined }),
    resolution: fc.option(fc.constantFrom(...RESOLUTIONS), { nil: undefined }),
    causes: fc.array(cause, { maxLength: 3 }),
    vmis: fc.array(vmi, { maxLength: 3 }),
    vmiCount: count,
    launcherPods: fc.array(fc.record({ namespace: name, name }), { maxLength: 3 }),
    launcherPodCount: count,
    goneVmis: fc.array(
      fc.tuple(vmi, fc.constantFrom(...VMI_FATES)).map(([it, fate]) => ({ ...it, fate })),
      { maxLength: 3 },
    ),
    diagnosis: fc.option(diagnosis, { nil: undefined }),
  });
}

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const told = fc.record({
  state: fc.constantFrom(...INCIDENT_STATES),
  severity: fc.constantFrom(...SEVERITIES),
  revision: fc.nat(),
  nodes: fc.nat(),
  openings: fc.nat(),
  at: time,
});
const deliveryFailure = fc.record({
  code: fc.string(),
  attempts: fc.nat(),
  revision: fc.nat(),
  at: time,
  notBefore: maybe(time),
});

/** Any delivery that the types allow. */
const arbitraryDelivery: fc.Arbitrary<Delivery> = fc.record({
  channel: fc.string({ minLength: 1 }),
  episode: fc.integer({ min: 1, max: 9 }),
  told: maybe(told),
  externalId: maybe(fc.string()),
  claimedUntil: maybe(time),
  failure: maybe(deliveryFailure),
  storm: maybe(fc.record({ cause: fc.constantFrom(...CAUSE_CODES), since: time })),
  leader: maybe(name),
});

/** Any record: with an incident and events, or just made. */
export const arbitraryRecord: fc.Arbitrary<IncidentRecord> = name.chain((node) =>
  fc.record({
    uid: fc.uuid(),
    resourceVersion: fc.nat().map(String),
    node: fc.constant(node),
    incident: arbitraryIncident(node),
    outbox: fc.array(
      fc.jsonValue().map((data) => anEvent({ data })),
      { maxLength: 2 },
    ),
    remediation: fc.oneof(fc.constant(NO_REMEDIATION), arbitraryRemediation),
    approval: fc.constant(undefined),
    deliveries: fc.array(arbitraryDelivery, { maxLength: 3 }),
  }),
);
