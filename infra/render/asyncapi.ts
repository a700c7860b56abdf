import { dump } from 'js-yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { ALERTMANAGER_WEBHOOK_TYPE, alertmanagerData } from '../../shared/events/alertmanager-events.ts';
import { pingData } from '../../shared/events/audit-events.ts';
import { CONTRACT } from '../../shared/events/contract.ts';
import { type EventType, TYPE_PREFIX } from '../../shared/events/define-event.ts';
import { eventEnvelope } from '../../shared/events/event-attributes.ts';
import {
  OBJECT_CHANGE_TYPES,
  PING_TYPE,
  referenceData,
  resourceData,
} from '../../shared/events/raw-events.ts';
import { schemaFileOf, toJsonSchema } from './event-schemas.ts';
import { consumersOf, publishersOf } from './manifests.ts';
import type { RenderedFile } from './rendered-file.ts';

const INFO = {
  title: 'kubevirt-orphans',
  version: packageJson.version,
  description:
    'What the functions send to their sink and what they are triggered by: CloudEvents 1.0 in the HTTP binary mode, where attributes are headers and data is the body. In structured mode the same event is one JSON object, see schemas/cloudevent.schema.json. README.md beside this file is the reference for subscribers.',
  license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
};

/** One type, as the document tells it. */
interface Told {
  readonly type: string;
  readonly summary: string;
  readonly payload: object;
  readonly trait: 'ownAttributes' | 'foreignAttributes';
}

/** The AsyncAPI 3.0 document of all events, from the product's point of view. */
export function asyncApi(): RenderedFile {
  const told = [...CONTRACT.map(toOwn), ...rawTypes()];
  const document = {
    asyncapi: '3.0.0',
    info: INFO,
    defaultContentType: 'application/json',
    channels: Object.fromEntries(told.map((it) => [keyOf(it), channelOf(it)])),
    operations: Object.fromEntries(told.flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries(told.map((it) => [keyOf(it), messageOf(it)])),
      messageTraits: {
        ownAttributes: { headers: attributeHeaders() },
        foreignAttributes: { headers: FOREIGN_HEADERS },
      },
    },
  };
  const text = dump(document, { lineWidth: 120, noRefs: true });
  return {
    path: 'shared/events/asyncapi.yaml',
    text: `# Written by npm run schemas from shared/events/*.ts; do not edit.\n${text}`,
  };
}

function toOwn(event: EventType): Told {
  return {
    type: event.type,
    summary: event.summary,
    payload: { $ref: `./schemas/${schemaFileOf(event)}` },
    trait: 'ownAttributes',
  };
}

function rawTypes(): readonly Told[] {
  const foreign = { trait: 'foreignAttributes' } as const;
  const changes = OBJECT_CHANGE_TYPES.map((type) => {
    const isReference = type.includes('.ref.');
    const mode = isReference
      ? 'Reference mode: only the name of the object'
      : 'Resource mode: the whole object';
    const payload = withoutDialect(isReference ? referenceData : resourceData);
    return {
      type,
      summary: `A change of an object, told by ApiServerSource in ${mode}.`,
      payload,
      ...foreign,
    };
  });
  const ping = {
    type: PING_TYPE,
    summary: "A tick of Knative's PingSource: asks for an audit, as audit.requested.v1 does.",
    payload: withoutDialect(pingData),
    ...foreign,
  };
  const alerts = {
    type: ALERTMANAGER_WEBHOOK_TYPE,
    summary: "A request of Alertmanager's webhook: what is sent to POST /alerts as it is becomes this event.",
    payload: withoutDialect(alertmanagerData),
    ...foreign,
  };
  return [...changes, ping, alerts];
}

function keyOf({ type }: Told): string {
  return type.replace(TYPE_PREFIX, '').replaceAll(/[^A-Za-z0-9]+/g, '-');
}

function channelOf(told: Told): object {
  const key = keyOf(told);
  return {
    address: null,
    title: told.type,
    description: 'Where it goes is for the sink or a Trigger to say, by attributes.',
    messages: { [key]: { $ref: `#/components/messages/${key}` } },
  };
}

/** What functions publish is sent, what triggers one is received; a type of a later version is neither. */
function operationsOf(told: Told): readonly (readonly [string, object])[] {
  const { type, summary } = told;
  const actions = [
    ...(publishersOf(type).length > 0 ? ['send'] : []),
    ...(consumersOf(type).length > 0 ? ['receive'] : []),
  ];
  return actions.map((action) => [
    `${action}-${keyOf(told)}`,
    {
      action,
      summary,
      channel: { $ref: `#/channels/${keyOf(told)}` },
      bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
    },
  ]);
}

function messageOf({ type, summary, payload, trait }: Told): object {
  return {
    name: type,
    title: type.replace(TYPE_PREFIX, ''),
    summary,
    contentType: 'application/json',
    traits: [{ $ref: `#/components/messageTraits/${trait}` }],
    headers: { type: 'object', required: ['ce-type'], properties: { 'ce-type': { const: type } } },
    payload,
  };
}

/** The attributes of our events as headers of the binary mode: `ce-` before each, but for the media type. */
function attributeHeaders(): object {
  const { properties = {}, required = [] } = toJsonSchema(eventEnvelope) as {
    readonly properties?: Readonly<Record<string, object>>;
    readonly required?: readonly string[];
  };
  const headerOf = (name: string) => (name === 'datacontenttype' ? 'content-type' : `ce-${name}`);
  const isAttribute = (name: string) => name !== 'data';
  return {
    type: 'object',
    required: required.filter(isAttribute).map(headerOf),
    properties: Object.fromEntries(
      Object.entries(properties)
        .filter(([name]) => isAttribute(name))
        .map(([name, schema]) => [headerOf(name), schema]),
    ),
  };
}

/** What must be there; which other attributes there are is for the source to say. */
const FOREIGN_HEADERS = {
  type: 'object',
  required: ['ce-specversion', 'ce-id', 'ce-source', 'ce-type'],
  properties: {
    'ce-specversion': { const: '1.0' },
    'ce-id': { type: 'string', minLength: 1 },
    'ce-source': { type: 'string', minLength: 1 },
    'ce-type': { type: 'string', minLength: 1 },
    'ce-kind': { type: 'string', description: 'Kind of the object, for filters; not on pings' },
    traceparent: { type: 'string', description: 'W3C Trace Context: carried on' },
  },
};

function withoutDialect(schema: Parameters<typeof toJsonSchema>[0]): object {
  const { $schema: _, ...rest } = toJsonSchema(schema) as Readonly<Record<string, unknown>>;
  return rest;
}
