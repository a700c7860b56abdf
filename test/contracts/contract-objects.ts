import { type KubeObject, kind, kinds } from '../e2e/support/objects.ts';

export interface Incident extends KubeObject {
  spec?: { node?: string };
  status?: { state?: string };
}

export const incidents = kind<Incident>('kubevirt-orphans.dev/v1alpha1/OrphanIncident');
export const incident = (name: string): Incident => ({
  ...incidents,
  metadata: { name, namespace: 'default' },
  spec: { node: 'a' },
});
export const vmi = (name: string): KubeObject => ({
  ...kinds.vmi,
  metadata: { name, namespace: 'default' },
  spec: { running: true },
  status: { phase: 'Running' },
});
export const daemonSet = (name: string): KubeObject => ({
  ...kinds.daemonSet,
  metadata: { name, namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { nodeSelector: { no: 'node' }, containers: [{ name: 'none', image: 'none' }] },
    },
  },
});
