import type { FunctionManifest, Subscription } from '../../../shared/runtime/function-manifest.ts';
import { DEFAULT_DELIVERY_POLICY } from '../../local/broker/delivery-policy.ts';
import { type KubeObject, labelsOf, NAMESPACE, PART_OF, PART_OF_LABEL } from './objects.ts';

const BROKER = 'events';
const DEAD_LETTERS = 'dead-letters';

/** How a source or a function names the broker. */
export const BROKER_REF = { ref: { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: BROKER } };

/** As our own broker delivers (infra/local/broker). */
const DELIVERY = {
  retry: DEFAULT_DELIVERY_POLICY.retries,
  backoffPolicy: 'exponential',
  backoffDelay: `PT${DEFAULT_DELIVERY_POLICY.baseDelayMs / 1_000}S`,
  deadLetterSink: { ref: { ...BROKER_REF.ref, name: DEAD_LETTERS } },
};

/** The broker, and one for what was given up on: whoever wants to know subscribes to that. */
export function brokers(): readonly KubeObject[] {
  return [broker(BROKER, { delivery: DELIVERY }), broker(DEAD_LETTERS, {})];
}

function broker(name: string, spec: object): KubeObject {
  return {
    apiVersion: 'eventing.knative.dev/v1',
    kind: 'Broker',
    metadata: { name, namespace: NAMESPACE, labels: labelsOf(name) },
    spec,
  };
}

/**
 * Hands a function the events that its manifest names. One Trigger a function, so that a broker which keeps the order of
 * events about one node keeps it across their types.
 */
export function triggerOf({ name, consumes, inAnyOrder }: FunctionManifest): KubeObject {
  const order = inAnyOrder === true ? 'unordered' : 'ordered';
  return {
    apiVersion: 'eventing.knative.dev/v1',
    kind: 'Trigger',
    metadata: {
      name,
      namespace: NAMESPACE,
      labels: labelsOf(name),
      // Other brokers than Kafka's take no notice of it.
      annotations: { 'kafka.eventing.knative.dev/delivery.order': order },
    },
    spec: {
      broker: BROKER,
      filters: [{ any: consumes.map(filterOf) }],
      subscriber: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name } },
      delivery: DELIVERY,
    },
  };
}

function filterOf({ type, attributes = {} }: Subscription): object {
  return { exact: { type, ...attributes } };
}

/** Tells every function where it publishes (`K_SINK`). */
export function sinkBinding(): KubeObject {
  return {
    apiVersion: 'sources.knative.dev/v1',
    kind: 'SinkBinding',
    metadata: { name: PART_OF, namespace: NAMESPACE, labels: labelsOf(PART_OF) },
    spec: {
      subject: {
        apiVersion: 'serving.knative.dev/v1',
        kind: 'Service',
        selector: { matchLabels: PART_OF_LABEL },
      },
      sink: BROKER_REF,
    },
  };
}

/** Makes both brokers Kafka's. Source: knative.dev/docs, "Knative Broker for Apache Kafka". */
export const KAFKA_PATCH = {
  target: { kind: 'Broker' },
  patch: JSON.stringify([
    {
      op: 'add',
      path: '/metadata/annotations',
      value: { 'eventing.knative.dev/broker.class': 'Kafka' },
    },
    {
      op: 'add',
      path: '/spec/config',
      value: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: 'kafka-broker-config',
        namespace: 'knative-eventing',
      },
    },
  ]),
};
