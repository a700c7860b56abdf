import type { Alert } from '../../shared/domain/alerts/alert.ts';
import { at } from './incidents.ts';

/** An alert about node02 that fired at 10:10, so that it counts since 10:00. */
export function anAlert(parts: Partial<Alert> = {}): Alert {
  return {
    alertname: 'OrphanedVirtualMachineInstances',
    status: 'firing',
    fingerprint: '1f4e2d6c9a7b3e05',
    node: 'node02',
    namespace: 'kubevirt',
    startsAt: at('2026-08-22T10:10:00Z'),
    ...parts,
  };
}

/** One alert as Alertmanager sends it; labels are added to those of KubeVirt's own alert. */
export function sentAlert(labels: Readonly<Record<string, string>> = {}, parts: object = {}) {
  return {
    status: 'firing',
    labels: {
      alertname: 'OrphanedVirtualMachineInstances',
      node: 'node02',
      namespace: 'kubevirt',
      severity: 'warning',
      ...labels,
    },
    annotations: { summary: 'No ready virt-handler pod detected' },
    startsAt: '2026-08-22T10:10:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example.test/graph',
    ...parts,
  };
}

/** A whole payload of the webhook, version 4. */
export function payload(alerts: readonly object[] = [sentAlert()], parts: object = {}) {
  return {
    receiver: 'kubevirt-orphans',
    status: 'firing',
    alerts,
    groupLabels: { alertname: 'OrphanedVirtualMachineInstances' },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example.test:9093',
    version: '4',
    groupKey: '{}:{alertname="OrphanedVirtualMachineInstances"}',
    truncatedAlerts: 0,
    ...parts,
  };
}
