import { z } from 'zod';
import { CHANGE_VERBS, type ChangeVerb, type ObjectChange } from '../domain/object-change.ts';
import { EventInvalidError } from '../errors/errors.ts';
import type { IncomingEvent } from './incoming-event.ts';

const TYPE = /^dev\.knative\.apiserver\.(resource|ref)\.(add|update|delete)$/;

/** The types that ApiServerSource sends, for a function's manifest. Source: knative/eventing `pkg/apis/sources/v1`. */
export const OBJECT_CHANGE_TYPES = ['resource', 'ref'].flatMap((mode) =>
  CHANGE_VERBS.map((verb) => `dev.knative.apiserver.${mode}.${verb}`),
);

/** The type of Knative's PingSource. */
export const PING_TYPE = 'dev.knative.sources.ping';

const NAME = z.string().min(1).meta({ description: '`metadata.name`' });
const NAMESPACE = z.string().nullish().meta({ description: '`metadata.namespace`; none for what has none' });
const KIND = z.string().min(1).meta({ description: 'Kind of the object' });

/** Data in Resource mode, as far as it is read here: the whole object. Foreign, so what else is in it is tolerated. */
export const resourceData = z.looseObject({
  kind: KIND,
  metadata: z
    .looseObject({ name: NAME, namespace: NAMESPACE })
    .meta({ description: 'As Kubernetes has it; `name` at least' }),
});

/** Data in Reference mode: the name of an object. */
export const referenceData = z.looseObject({ kind: KIND, name: NAME, namespace: NAMESPACE });

/**
 * Reads an event of Knative's ApiServerSource, in Resource or in Reference mode; `undefined` for any other type.
 *
 * @throws EventInvalidError when its data is no object, or no reference to one
 */
export function parseObjectChange({ type, data }: IncomingEvent): ObjectChange | undefined {
  const match = TYPE.exec(type);
  if (match === null) return undefined;
  const [, mode, verb] = match;
  return { verb: verb as ChangeVerb, ...(mode === 'ref' ? parseReference(data) : parseResource(data)) };
}

function parseResource(data: unknown): Omit<ObjectChange, 'verb'> {
  const result = resourceData.safeParse(data);
  if (!result.success) throw invalid('a Kubernetes object with kind and metadata.name', result.error);
  const { kind, metadata } = result.data;
  return { kind, namespace: metadata.namespace ?? '', name: metadata.name, object: result.data };
}

function parseReference(data: unknown): Omit<ObjectChange, 'verb'> {
  const result = referenceData.safeParse(data);
  if (!result.success) throw invalid('a reference with kind and name', result.error);
  const { kind, namespace, name } = result.data;
  return { kind, namespace: namespace ?? '', name, object: undefined };
}

function invalid(wanted: string, { issues }: z.ZodError): EventInvalidError {
  const [first] = issues;
  const place = first?.path.join('.') || 'data';
  return new EventInvalidError(
    `the data of this event is not ${wanted} (${place}: ${first?.message ?? 'invalid'})`,
    'Send what ApiServerSource sends: the whole object in Resource mode, or a reference in Reference mode.',
  );
}
