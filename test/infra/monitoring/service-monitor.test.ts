import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { objectsIn } from '../../support/rendered.ts';

interface ServiceMonitor {
  readonly spec: {
    readonly selector: {
      readonly matchLabels: Readonly<Record<string, string>>;
      readonly matchExpressions: readonly unknown[];
    };
    readonly endpoints: readonly { readonly targetPort: number; readonly path: string }[];
  };
}

interface NetworkPolicySpec {
  readonly ingress: readonly { readonly ports: readonly object[] }[];
}

const file = new URL('../../../infra/monitoring/service-monitor.yaml', import.meta.url);
const { selector, endpoints } = (load(readFileSync(file, 'utf8')) as ServiceMonitor).spec;
const only = (folder: string, kind: string) => objectsIn(folder).filter((it) => it.kind === kind);

describe.each([
  ['kubernetes/program', 'Service'],
  // Knative gives its Services the labels of the template.
  ['knative/program', 'Service'],
])('the ServiceMonitor, for %s', (folder, kind) => {
  it('finds every Service', () => {
    const services = only(folder, kind);
    expect(services.length).toBeGreaterThan(0);
    for (const { metadata, spec } of services) {
      expect(metadata.labels).toMatchObject(selector.matchLabels);
      const { template } = spec as { template?: { metadata: object } };
      if (template !== undefined) expect(template.metadata).toMatchObject({ labels: selector.matchLabels });
    }
  });

  it('asks a port that the containers listen on, and that the network lets in', () => {
    const [{ targetPort } = { targetPort: 0 }] = endpoints;
    const pods = JSON.stringify(objectsIn(folder));
    expect(pods).toContain(`"containerPort":${targetPort}`);
    const policies = only(folder, 'NetworkPolicy').map(({ spec }) => spec as NetworkPolicySpec);
    const ports = policies.flatMap(({ ingress }) => ingress.flatMap((rule) => rule.ports));
    expect(ports).toContainEqual({ protocol: 'TCP', port: targetPort });
  });
});

it('looks at one of the two Services that Knative keeps of a revision', () => {
  expect(selector.matchExpressions).toEqual([
    { key: 'networking.internal.knative.dev/serviceType', operator: 'NotIn', values: ['Public'] },
  ]);
});
