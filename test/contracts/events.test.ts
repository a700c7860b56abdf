import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANNOUNCEMENTS, type Incident, MAX_NAMED } from '../../shared/domain/incidents/incident.ts';
import { epochMs } from '../../shared/domain/units.ts';
import { CONTRACT } from '../../shared/events/contract.ts';
import { incidentEvent, type Telling } from '../../shared/events/incident-events.ts';
import { arbitraryIncident, arbitraryTime } from '../support/arbitrary-incident.ts';
import { expectPublished, PUBLISHED_SCHEMAS } from '../support/event-schemas.ts';
import { at, incident } from '../support/incidents.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const telling: fc.Arbitrary<Telling> = fc.record({
  announcement: fc.constantFrom(...ANNOUNCEMENTS),
  uid: fc.uuid(),
  at: arbitraryTime,
  clusterName: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 63 }),
  traceparent: fc.constantFrom(undefined, TRACE),
});
const TOLD: Telling = {
  announcement: 'opened',
  uid: 'record-1',
  at: at('2026-08-22T10:00:00Z'),
  clusterName: 'test',
  traceparent: undefined,
};

describe('whatever the incident, its event', () => {
  it('satisfies the published schemas and the CloudEvents SDK, in both modes of HTTP', () => {
    fc.assert(
      fc.property(arbitraryIncident, telling, (anyIncident, told) => {
        const event = incidentEvent(anyIncident, told);
        expectPublished(event);
        const sent = new CloudEvent({ ...event }, true);
        expect(sent.validate()).toBe(true);
        for (const { headers, body } of [HTTP.structured(sent), HTTP.binary(sent)]) {
          const received = HTTP.toEvent({ headers, body: String(body) });
          expect(received).toMatchObject({ id: event.id, type: event.type, source: event.source });
          expect((received as CloudEvent).data).toEqual(event.data);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('has extensions whose names are lower-case letters and digits, at most 20, with text in them', () => {
    const specified = [
      'specversion',
      'id',
      'source',
      'type',
      'subject',
      'time',
      'datacontenttype',
      'dataschema',
      'data',
    ];
    const event = incidentEvent(incident('Open'), { ...TOLD, traceparent: TRACE });
    const extensions = Object.entries(event).filter(([name]) => !specified.includes(name));
    expect(extensions.map(([name]) => name).sort()).toEqual([
      'cause',
      'node',
      'partitionkey',
      'sequence',
      'severity',
      'traceparent',
    ]);
    for (const [name, value] of extensions) {
      expect(name).toMatch(/^[a-z0-9]{1,20}$/);
      expect(value).toEqual(expect.any(String));
    }
  });

  it('stays below the 64 KiB that every intermediary forwards', () => {
    fc.assert(
      fc.property(arbitraryIncident, telling, (anyIncident, told) => {
        expect(Buffer.byteLength(JSON.stringify(incidentEvent(anyIncident, told)))).toBeLessThan(65_536);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the id of an event', () => {
  const idOf = (parts: Partial<Incident>, told: Partial<Telling> = {}) =>
    incidentEvent(incident('Open', parts), { ...TOLD, ...told }).id;

  it('is a pure function of UID, episode, revision and type: two differ exactly when one of these does', () => {
    const key = fc.record({
      uid: fc.constantFrom('record-1', 'record-2'),
      episode: fc.constantFrom(1, 2, 11),
      revision: fc.constantFrom(1, 2, 11),
      announcement: fc.constantFrom(...ANNOUNCEMENTS),
    });
    fc.assert(
      fc.property(key, key, arbitraryTime, fc.string({ minLength: 1 }), (one, other, time, clusterName) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        const first = idOf(one, one);
        const second = idOf(
          { ...other, severity: 'critical', vmis: [] },
          { ...other, at: time, clusterName },
        );
        expect(first === second).toBe(same);
      }),
    );
  });

  it('does not run episode and revision into each other', () => {
    expect(idOf({ episode: 1, revision: 11 })).not.toBe(idOf({ episode: 11, revision: 1 }));
  });
});

describe('the largest incident', () => {
  const long = (prefix: string, length: number) => prefix.padEnd(length, 'x');
  const vmis = Array.from({ length: MAX_NAMED }, (_, index) => ({
    namespace: long(`ns${index}`, 63),
    name: long(`vmi${index}`, 253),
    uid: '6f0d1c1e-3f5a-4c39-9d0e-5a1f0c6f7b21',
  }));
  const causes = Array.from({ length: 20 }, () => ({
    code: 'ImagePullFailure' as const,
    certainty: 'Definite' as const,
    origin: 'DaemonSet' as const,
    summary: '\u{1F4A5}'.repeat(10_000),
  }));
  const mitigation = {
    code: 'ExtendPlacementAffinity',
    summary: long('s', 1_000),
    command: long('kubectl ', 20_000),
    risk: 'High',
    owner: 'HyperConverged',
  } as const;
  const largest = incident('Open', {
    node: long('node', 253),
    nodeUid: long('uid', 253),
    causes,
    vmis,
    vmiCount: 1_000,
    launcherPods: vmis.map(({ namespace, name }) => ({ namespace, name })),
    launcherPodCount: 1_000,
    goneVmis: vmis.map((vmi) => ({ ...vmi, fate: 'Succeeded' })),
    diagnosis: {
      diagnosedAt: epochMs(0),
      causes: causes.map((cause) => ({ ...cause, mitigations: [mitigation, mitigation] })),
    },
  });

  it('is told in less than 64 KiB, the most important first, with true counts', () => {
    const event = incidentEvent(largest, { ...TOLD, clusterName: long('c', 253), traceparent: TRACE });
    expectPublished(event);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(65_536);
    expect(event.data.causes.length).toBeGreaterThan(0);
    expect(event.data).toMatchObject({ vmiCount: 1_000, launcherPodCount: 1_000 });
  });

  it('names every VMI and pod of a full node whose names are as long as usual', () => {
    const usual = Array.from({ length: 110 }, (_, index) => ({
      namespace: 'customer-project-17',
      name: `virtual-machine-number-${index}`,
      uid: '6f0d1c1e-3f5a-4c39-9d0e-5a1f0c6f7b21',
    }));
    const { data } = incidentEvent(
      incident('Open', {
        vmis: usual,
        vmiCount: 110,
        launcherPods: usual.map(({ namespace, name }) => ({
          namespace,
          name: `virt-launcher-${name}-x7k2p`,
        })),
        launcherPodCount: 110,
      }),
      TOLD,
    );
    expect(data.vmis).toHaveLength(110);
    expect(data.launcherPods).toHaveLength(110);
  });
});

describe('the published schemas', () => {
  it('are one for each type and one of the whole event', () => {
    const ids = CONTRACT.map(({ dataschema }) => dataschema);
    expect(new Set(ids).size).toBe(CONTRACT.length);
    expect([...PUBLISHED_SCHEMAS.keys()].sort()).toEqual(
      [...ids, 'https://kubevirt-orphans.dev/schemas/cloudevent.schema.json'].sort(),
    );
  });

  it.each([...PUBLISHED_SCHEMAS])(
    '%s describes every field, and lets no other in but for extensions',
    (id, schema) => {
      const strict = !id.endsWith('/cloudevent.schema.json');
      const objects = objectsIn(schema);
      expect(objects.length).toBeGreaterThan(0);
      for (const { properties, additionalProperties } of objects) {
        if (strict) expect(additionalProperties).not.toEqual({});
        for (const [name, field] of Object.entries(properties ?? {}))
          expect(field.description, name).toEqual(expect.stringMatching(/\S/));
      }
    },
  );
});

interface ObjectSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, ObjectSchema>>;
  readonly additionalProperties?: unknown;
}

/** Every schema of an object within a schema, itself included. */
function objectsIn(schema: unknown): readonly ObjectSchema[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'type' in schema && schema.type === 'object' ? [schema as ObjectSchema] : [];
  return [...own, ...Object.values(schema).flatMap(objectsIn)];
}
