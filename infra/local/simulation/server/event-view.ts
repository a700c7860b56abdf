import { compact, isObject, type JsonObject } from '../api/kube-object.ts';
import { type ResourceType, TYPES } from '../api/resource-type.ts';

/** How each field of events.k8s.io/v1 is called in v1. Source: Kubernetes `pkg/apis/events/v1/conversion.go`. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
};

/** An object as the asked version shows it: Events are stored as v1. */
export function shown(type: ResourceType, object: JsonObject): JsonObject {
  if (type !== TYPES.newEvent) return object;
  const entries = Object.entries(OLD_NAMES).map(([name, old]) => [name, object[old]]);
  return compact({
    ...without(object, Object.values(OLD_NAMES)),
    apiVersion: 'events.k8s.io/v1',
    ...Object.fromEntries(entries),
  });
}

/** A body of the asked version as it is stored. */
export function stored(type: ResourceType, body: unknown): unknown {
  if (type !== TYPES.newEvent || !isObject(body)) return body;
  const entries = Object.entries(OLD_NAMES).map(([name, old]) => [old, body[name]]);
  return compact({
    ...without(body, Object.keys(OLD_NAMES)),
    apiVersion: 'v1',
    ...Object.fromEntries(entries),
  });
}

/** The kind under which an object of the asked version is stored. */
export function storedType(type: ResourceType): ResourceType {
  return type === TYPES.newEvent ? TYPES.event : type;
}

function without(object: JsonObject, members: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !members.includes(name)));
}
