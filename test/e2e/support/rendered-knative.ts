import type { Delivery, DeliveryPolicy } from './event-router.ts';
import type { KubeObject, Metadata } from './objects.ts';
import type { Filtering } from './trigger-filter.ts';

/** A reference to a Broker or a Service, as sinks and subscribers have it. */
interface Destination {
  readonly ref: { readonly kind: string; readonly name: string };
}

export interface DeliverySpec {
  readonly retry?: number;
  readonly backoffPolicy?: 'linear' | 'exponential';
  /** An ISO 8601 duration. */
  readonly backoffDelay?: string;
  readonly deadLetterSink?: Destination;
}

interface Rendered<Spec> {
  readonly metadata: Metadata & { readonly namespace: string };
  readonly spec: Spec;
}

interface Mount {
  readonly name: string;
  readonly mountPath: string;
}

export type Broker = Rendered<{ readonly delivery?: DeliverySpec }>;
export type Trigger = Rendered<
  Filtering & {
    readonly broker: string;
    readonly subscriber: Destination;
    readonly delivery?: DeliverySpec;
  }
>;
export type ApiServerSource = Rendered<{
  readonly serviceAccountName: string;
  readonly mode: 'Resource' | 'Reference';
  readonly resources: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly selector?: Selector;
  }[];
  readonly sink: Destination;
}>;
export type PingSource = Rendered<{
  readonly schedule: string;
  readonly contentType: string;
  readonly data: string;
  readonly sink: Destination;
}>;
export type SinkBinding = Rendered<{
  readonly subject: {
    readonly kind: string;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  };
  readonly sink: Destination;
}>;
export interface PodSpec {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly containers: readonly [
    {
      readonly args: readonly string[];
      readonly env?: readonly { readonly name: string; readonly value: string }[];
      readonly envFrom?: readonly { readonly configMapRef: { readonly name: string } }[];
      readonly volumeMounts?: readonly Mount[];
    },
  ];
  readonly volumes?: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: { readonly secretName: string };
  }[];
}
export type Service = Rendered<{ readonly template: { readonly spec: PodSpec } }>;

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** What of Knative is rendered. */
export interface RenderedKnative {
  readonly brokers: readonly Broker[];
  readonly triggers: readonly Trigger[];
  readonly services: readonly Service[];
  readonly apiServerSources: readonly ApiServerSource[];
  readonly pingSources: readonly PingSource[];
  readonly sinkBindings: readonly SinkBinding[];
}

/** Whether an object is of a resource of Knative's, which only Knative's controllers know. */
export function isOfKnative({ apiVersion }: KubeObject): boolean {
  return apiVersion.includes('knative.dev/');
}

/** @throws Error when there is an object of Knative's of which nothing is known here */
export function renderedKnative(objects: readonly KubeObject[]): RenderedKnative {
  const ours = objects.filter(isOfKnative);
  // The objects are those that kubectl built: that they have these fields, the API server's validation says (deploy.test.ts).
  const of = <T>(kind: string) => ours.filter((it) => it.kind === kind) as unknown as readonly T[];
  const rendered = {
    brokers: of<Broker>('Broker'),
    triggers: of<Trigger>('Trigger'),
    services: of<Service>('Service'),
    apiServerSources: of<ApiServerSource>('ApiServerSource'),
    pingSources: of<PingSource>('PingSource'),
    sinkBindings: of<SinkBinding>('SinkBinding'),
  };
  if (Object.values(rendered).flat().length !== ours.length) throw new Error('an object of unknown kind');
  return rendered;
}

/** A label selector as a query has it. @throws Error for what is not rendered */
export function toQuery({ matchLabels = {}, matchExpressions = [] }: Selector): string {
  const equal = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const among = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator !== 'In') throw new Error(`the operator ${operator} is not known here`);
    return `${key} in (${values.join(',')})`;
  });
  return [...equal, ...among].join(',');
}

/**
 * How a delivery is tried again, in time. Source: knative.dev/docs, "Handling Delivery Failure": `backoffDelay` times the number of the retry, or
 * doubled by each.
 *
 * @param speed - by which every delay is divided
 */
export function toPolicy(
  { retry = 0, backoffPolicy = 'exponential', backoffDelay = 'PT0S' }: DeliverySpec,
  speed: number,
  giveUp: (delivery: Delivery) => void,
): DeliveryPolicy {
  const delayMs = durationOf(backoffDelay) / speed;
  const factor = (number: number): number => (backoffPolicy === 'linear' ? number + 1 : 2 ** number);
  return { retries: retry, delayMs: (number) => delayMs * factor(number), giveUp };
}

/** What is given up, with what was answered. Source: facts/knative-openfaas.md. */
export function deadLetter({ subscriber, event, status, answer }: Delivery) {
  return {
    ...event,
    knativeerrordest: `http://${subscriber}.kubevirt-orphans.svc.cluster.local`,
    knativeerrorcode: `${status}`,
    ...(answer !== '' && { knativeerrordata: Buffer.from(answer).toString('base64') }),
  };
}

/** @throws Error for a duration that is not of seconds */
function durationOf(iso: string): number {
  const [, seconds] = /^PT(\d+(?:\.\d+)?)S$/.exec(iso) ?? [];
  if (seconds === undefined) throw new Error(`the duration ${iso} is not known here`);
  return Number(seconds) * 1_000;
}
