import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EventInvalidError } from '../../../shared/errors/errors.ts';
import { CONTRACT } from '../../../shared/events/contract.ts';
import { defineEvent, type EventInit, TYPE_PREFIX } from '../../../shared/events/define-event.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const seen = defineEvent('thing.seen.v1', 'A thing was seen.', z.strictObject({ size: z.int().min(0) }));
const init = (parts: object = {}): EventInit<{ size: number }> => ({
  id: 'thing.1',
  source: '/clusters/test',
  subject: 'cluster',
  time: '2026-08-22T10:00:00Z',
  data: { size: 1 },
  ...parts,
});
const incoming = (data: unknown, more: object = {}): IncomingEvent => ({
  specversion: '1.0',
  id: '1',
  source: '/clusters/test',
  type: seen.type,
  data,
  ...more,
});

describe('making an event', () => {
  it('says of it all that follows from its type, and nothing that was not said', () => {
    expect(Object.entries(seen.create(init()))).toEqual(
      Object.entries({
        specversion: '1.0',
        id: 'thing.1',
        source: '/clusters/test',
        subject: 'cluster',
        time: '2026-08-22T10:00:00Z',
        type: 'dev.kubevirt-orphans.thing.seen.v1',
        datacontenttype: 'application/json',
        dataschema: 'https://kubevirt-orphans.dev/schemas/thing.seen.v1.schema.json',
        data: { size: 1 },
      }),
    );
  });

  it.each([
    ['an attribute that we do not have', { colour: 'red' }],
    ['an empty id', { id: '' }],
    ['an id of more than 512 characters', { id: 'x'.repeat(513) }],
    ['a time that is none', { time: 'yesterday' }],
    ['a severity that is none', { severity: 'fatal' }],
    ['a sequence that would not sort', { sequence: '7' }],
    ['data that breaks the contract', { data: { size: -1 } }],
    ['a field of data that the contract does not name', { data: { size: 1, colour: 'red' } }],
  ])('refuses %s: that would be a bug of ours', (_, parts) => {
    expect(() => seen.create(init(parts))).toThrow(z.ZodError);
  });

  it('carries a trace context on', () => {
    expect(seen.create(init({ traceparent: TRACE })).traceparent).toBe(TRACE);
  });

  it.each([
    '',
    'x',
    TRACE.toUpperCase(),
    `ff${TRACE.slice(2)}`,
    `${TRACE}\n`,
    7,
    undefined,
    `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`,
  ])('leaves out a trace context that is none: %j', (traceparent) => {
    expect(seen.create(init({ traceparent }))).not.toHaveProperty('traceparent');
  });
});

describe('reading an event of ours', () => {
  it('gives its data, whatever attributes a broker has added', () => {
    expect(seen.parse(incoming({ size: 3 }, { knativearrivaltime: 'now', whatever: '' }))).toEqual({
      size: 3,
    });
  });

  it.each([
    [undefined, /data: /],
    [{ size: 'big' }, /size: /],
    [{ size: 1, colour: 'red' }, /colour/],
  ])(
    'refuses data %j, which breaks its contract, in one line with the place and the schema',
    (data, place) => {
      const read = () => seen.parse(incoming(data));
      expect(read).toThrow(EventInvalidError);
      expect(read).toThrow(place);
      expect(read).toThrow(/^the data of this thing\.seen\.v1 event breaks its contract: [^\n]+$/);
      expect(read).toThrow(expect.objectContaining({ remedy: expect.stringContaining(seen.dataschema) }));
    },
  );
});

describe('the contract', () => {
  it('has every type once, each named as CloudEvents asks and in the past tense of a version', () => {
    const types = CONTRACT.map(({ type }) => type);
    expect(types).toHaveLength(16);
    expect(new Set(types).size).toBe(types.length);
    for (const type of types) expect(type.slice(TYPE_PREFIX.length)).toMatch(/^[a-z]+\.[a-z-]+\.v1$/);
  });

  it('is strict in every type: data with one field more is refused', () => {
    for (const event of CONTRACT) {
      const result = event.schema.safeParse({ unheard: true });
      const codes = result.error?.issues.map(({ code }) => code) ?? [];
      expect(codes, event.type).toContain('unrecognized_keys');
    }
  });
});
