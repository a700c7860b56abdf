import { type KubeObject, labelsOf } from './objects.ts';

const tcp = (port: number) => ({ protocol: 'TCP', port });
/** The pods of a namespace, whatever they are called there. */
export const inNamespace = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** DNS of the cluster: 5353 is where OpenShift's pods listen. */
const DNS = {
  ports: [53, 5353].flatMap((port) => [{ protocol: 'UDP', port }, tcp(port)]),
};
/**
 * The API server, and channels that speak HTTPS. A policy cannot name the API server but by its addresses, which differ from
 * cluster to cluster: an overlay may.
 */
const HTTPS = { ports: [443, 6443].map(tcp) };

/** Where a broker takes events: the port of its pods, also behind a Service on port 80. */
const BROKER = { to: [inNamespace('knative-eventing')], ports: [8080, 8443].map(tcp) };

export interface NetworkOptions {
  readonly name: string;
  readonly namespace: string;
  /** The labels of the pods that it holds for. */
  readonly pods: Readonly<Record<string, string>>;
  /** The ports that pods of this cluster may reach; none when nothing comes in. */
  readonly ingressPorts: readonly number[];
  readonly publishesToBroker: boolean;
  /** The pods of this cluster that may reach these ports; all of them unless told. */
  readonly from?: object;
  /** What else it sends to. */
  readonly sendsTo?: { readonly peer: object; readonly port: number };
}

/** What may come in, and go out; all else is refused, where the network of the cluster enforces policies. */
export function networkPolicy(options: NetworkOptions): KubeObject {
  const { name, namespace, pods, ingressPorts, publishesToBroker } = options;
  const from = [options.from ?? { namespaceSelector: {} }];
  const { sendsTo } = options;
  const own = sendsTo === undefined ? [] : [{ to: [sendsTo.peer], ports: [tcp(sendsTo.port)] }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, labels: labelsOf(name) },
    spec: {
      podSelector: { matchLabels: pods },
      policyTypes: ['Ingress', 'Egress'],
      // Without any, nothing comes in.
      ...(ingressPorts.length > 0 && { ingress: [{ from, ports: ingressPorts.map(tcp) }] }),
      egress: [DNS, HTTPS, ...(publishesToBroker ? [BROKER] : []), ...own],
    },
  };
}
