import { existsSync, readFileSync } from 'node:fs';
import schema from '@asyncapi/specs/schemas/3.0.0.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { MANIFESTS } from '../../infra/render/manifests.ts';
import { CONTRACT } from '../../shared/events/contract.ts';

interface AsyncApi {
  readonly channels: Readonly<Record<string, { readonly messages: Readonly<Record<string, Reference>> }>>;
  readonly operations: Readonly<
    Record<string, { readonly action: 'send' | 'receive'; readonly channel: Reference }>
  >;
  readonly components: {
    readonly messages: Readonly<
      Record<string, { readonly name: string; readonly payload: Partial<Reference> }>
    >;
  };
}
interface Reference {
  readonly $ref: string;
}

const folder = new URL('../../shared/events/', import.meta.url);
const document = load(readFileSync(new URL('asyncapi.yaml', folder), 'utf8')) as AsyncApi;
const formats = { uri: true, 'uri-reference': true, 'uri-template': true, email: true, regex: true } as const;
// It brings draft-07 itself, without the `#` under which ajv knows it.
const validate = new Ajv({ strict: false, meta: false, validateSchema: false, formats }).compile(schema);
const messages = Object.entries(document.components.messages);

/** The types of the operations of one action. */
function typesOf(action: 'send' | 'receive'): readonly (string | undefined)[] {
  return Object.values(document.operations)
    .filter((operation) => operation.action === action)
    .map(({ channel }) => document.components.messages[channel.$ref.replace('#/channels/', '')]?.name);
}

describe('the AsyncAPI document', () => {
  it('is valid by the official schema of AsyncAPI 3.0.0', () => {
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('would not be valid with an operation of another action', () => {
    const [key = ''] = Object.keys(document.operations);
    const broken = { ...document, operations: { [key]: { ...document.operations[key], action: 'shout' } } };
    expect(validate(broken)).toBe(false);
  });

  it('has one channel with one message for every type of the contract and every type that is consumed', () => {
    const types = [
      ...CONTRACT.map(({ type }) => type),
      ...MANIFESTS.flatMap(({ consumes }) => consumes.map(({ type }) => type)),
    ];
    expect(messages.map(([, { name }]) => name).sort()).toEqual([...new Set(types)].sort());
    expect(Object.keys(document.channels).sort()).toEqual(messages.map(([key]) => key).sort());
    for (const [key, channel] of Object.entries(document.channels))
      expect(channel.messages).toEqual({ [key]: { $ref: `#/components/messages/${key}` } });
  });

  it('sends what functions publish and receives what triggers them, nothing else', () => {
    const published = new Set(MANIFESTS.flatMap(({ emits }) => emits));
    const consumed = new Set(MANIFESTS.flatMap(({ consumes }) => consumes.map(({ type }) => type)));
    expect([...typesOf('send')].sort()).toEqual([...published].sort());
    expect([...typesOf('receive')].sort()).toEqual([...consumed].sort());
  });

  it('refers to schemas that are there', () => {
    const files = messages.flatMap(([, { payload }]) => payload.$ref ?? []);
    expect(files).toHaveLength(CONTRACT.length);
    for (const file of files) expect(existsSync(new URL(file, folder)), file).toBe(true);
  });
});
