import type { IncomingEvent } from '../../shared/events/incoming-event.ts';

type Json = Readonly<Record<string, unknown>>;

/** An event as ApiServerSource sends it in Resource mode. */
export function resourceEvent(verb: 'add' | 'update' | 'delete', object: object): IncomingEvent {
  const { kind, metadata } = object as { kind: string; metadata: { name: string; namespace?: string } };
  const { name, namespace = '' } = metadata;
  return {
    specversion: '1.0',
    id: `${verb}-${kind}-${name}`,
    source: 'https://10.96.0.1:443',
    type: `dev.knative.apiserver.resource.${verb}`,
    kind,
    name,
    namespace,
    data: object,
  };
}

/** The same in Reference mode. */
export function referenceEvent(verb: 'add' | 'update' | 'delete', object: object): IncomingEvent {
  const { kind, metadata } = object as { kind: string; metadata: { name: string; namespace?: string } };
  const data: Json = { kind, namespace: metadata.namespace ?? '', name: metadata.name, apiVersion: 'v1' };
  return { ...resourceEvent(verb, object), type: `dev.knative.apiserver.ref.${verb}`, data };
}
