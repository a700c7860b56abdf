import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventInvalidError } from '../../../shared/errors/errors.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { OBJECT_CHANGE_TYPES, PING_TYPE, parseObjectChange } from '../../../shared/events/raw-events.ts';

/** Requests of a real ApiServerSource, their objects cut down. */
const recorded = JSON.parse(
  readFileSync(new URL('fixtures/recorded-events.json', import.meta.url), 'utf8'),
) as { readonly changes: readonly IncomingEvent[] };

const event = (type: string, data: unknown, more: object = {}): IncomingEvent => ({
  specversion: '1.0',
  id: '1',
  source: 'https://10.96.0.1:443',
  type,
  data,
  ...more,
});
const RESOURCE = 'dev.knative.apiserver.resource.update';
const REFERENCE = 'dev.knative.apiserver.ref.update';

describe('a recorded event', () => {
  it.each(recorded.changes.map((it) => [it.type, String(it['kind']), it] as const))(
    'of %s about a %s is read as it is',
    (type, kind, it) => {
      const isReference = type.includes('.ref.');
      expect(parseObjectChange(it)).toEqual({
        verb: type.split('.').at(-1),
        kind,
        namespace: it['namespace'],
        name: it['name'],
        object: isReference ? undefined : it.data,
      });
    },
  );

  it('is there in both modes, with a cluster-scoped object and its empty namespace', () => {
    const modes = recorded.changes.map(({ type }) => type.split('.')[3]);
    expect(new Set(modes)).toEqual(new Set(['resource', 'ref']));
    expect(recorded.changes.filter((it) => it['namespace'] === '')).toHaveLength(2);
  });
});

describe('an event about a change', () => {
  it('may carry attributes and fields that nobody here knows', () => {
    const data = { kind: 'Node', metadata: { name: 'node02', unheard: [1] }, of: { course: true } };
    expect(parseObjectChange(event(RESOURCE, data, { knativearrivaltime: 'x' }))).toMatchObject({
      name: 'node02',
      object: data,
    });
    expect(parseObjectChange(event(REFERENCE, { kind: 'Node', name: 'node02', extra: 1 }))).toMatchObject({
      name: 'node02',
    });
  });

  it.each([undefined, null, ''])('has no namespace when it says %j', (namespace) => {
    expect(parseObjectChange(event(REFERENCE, { kind: 'Node', name: 'n', namespace }))?.namespace).toBe('');
    const object = { kind: 'Node', metadata: { name: 'n', namespace } };
    expect(parseObjectChange(event(RESOURCE, object))?.namespace).toBe('');
  });

  it.each([PING_TYPE, 'dev.knative.apiserver.resource.patch', 'xdev.knative.apiserver.ref.add', ''])(
    'is none when its type is "%s"',
    (type) => {
      expect(parseObjectChange(event(type, { kind: 'Node', name: 'n' }))).toBeUndefined();
    },
  );

  it('has one of six types', () => {
    expect(OBJECT_CHANGE_TYPES).toHaveLength(6);
    for (const type of OBJECT_CHANGE_TYPES) {
      const data = { kind: 'Pod', name: 'p', metadata: { name: 'p' } };
      expect(parseObjectChange(event(type, data))?.name).toBe('p');
    }
  });
});

describe('data of the wrong shape', () => {
  it.each([
    [RESOURCE, undefined, /is not a Kubernetes object .*\(data: /],
    [RESOURCE, 'text', /is not a Kubernetes object .*\(data: /],
    [RESOURCE, [], /is not a Kubernetes object .*\(data: /],
    [RESOURCE, { kind: 'Pod' }, /\(metadata: /],
    [RESOURCE, { kind: '', metadata: { name: 'p' } }, /\(kind: /],
    [RESOURCE, { kind: 'Pod', metadata: { name: 7 } }, /\(metadata\.name: /],
    [REFERENCE, { kind: 'Pod' }, /is not a reference .*\(name: /],
    [REFERENCE, { kind: 'Pod', name: 'p', namespace: {} }, /\(namespace: /],
  ])('of %s, such as %j, is refused with its place', (type, data, message) => {
    const read = () => parseObjectChange(event(type, data));
    expect(read).toThrow(EventInvalidError);
    expect(read).toThrow(message);
  });

  it('is refused in one line, whatever it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...OBJECT_CHANGE_TYPES), fc.anything(), (type, data) => {
        try {
          expect(parseObjectChange(event(type, data))).toMatchObject({ name: expect.any(String) });
        } catch (error) {
          expect(error).toBeInstanceOf(EventInvalidError);
          expect((error as Error).message).not.toMatch(/[\r\n]/);
        }
      }),
    );
  });
});
