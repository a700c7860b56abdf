import type { Announcement, Incident } from '../../shared/domain/incidents/incident.ts';
import { type EpochMs, epochMs } from '../../shared/domain/units.ts';
import { incidentEvent } from '../../shared/events/incident-events.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';

/** A literal time of 2026-08-22, UTC. */
export const at = (time: string): EpochMs => epochMs(Date.parse(`2026-08-22T${time}Z`));

export const INCIDENT_UID = '6f0d1c1e-3f5a-4c39-9d0e-5a1f0c6f7b21';
export const NODE = { name: 'node02', uid: '0b6e2f6a-9c57-4a55-8f3e-2d6c9a7b1e04' };

const WEB = { namespace: 'shop', name: 'web', uid: 'c2a4de0b-7b1c-4e58-a0f3-91d5a6c3e2f7' };
const DB = { namespace: 'shop', name: 'db', uid: '51f7a9d8-0c3b-4f6e-b2a4-7e8d9c0b1a26' };
const TAINT = {
  code: 'TaintNotTolerated',
  certainty: 'Definite',
  origin: 'Node',
  summary: 'node02 has the taint maintenance=true:NoExecute, which virt-handler does not tolerate.',
} as const;
const ROLLOUT = {
  code: 'HandlerRollout',
  certainty: 'Likely',
  origin: 'DaemonSet',
  summary: 'The virt-handler DaemonSet is being rolled out; the pod on node02 is replaced.',
} as const;

const WORKLOAD = {
  vmis: [DB, WEB],
  vmiCount: 2,
  launcherPods: [
    { namespace: 'shop', name: 'virt-launcher-db-6m2xq' },
    { namespace: 'shop', name: 'virt-launcher-web-x7k2p' },
  ],
  launcherPodCount: 2,
};

const SUSPECTED: Incident = {
  node: NODE.name,
  nodeUid: NODE.uid,
  state: 'Suspected',
  severity: 'info',
  episode: 1,
  revision: 2,
  since: at('10:04:00.000'),
  openedAt: undefined,
  resolvedAt: undefined,
  resolution: undefined,
  causes: [ROLLOUT],
  ...WORKLOAD,
  goneVmis: [],
  diagnosis: undefined,
};

const AT_RISK: Incident = {
  ...SUSPECTED,
  state: 'AtRisk',
  revision: 1,
  since: at('10:00:00.000'),
  causes: [
    {
      ...TAINT,
      summary: 'node02 has the taint maintenance=true:NoSchedule, which virt-handler does not tolerate.',
    },
  ],
};

export const OPEN: Incident = {
  ...SUSPECTED,
  state: 'Open',
  severity: 'warning',
  revision: 3,
  openedAt: at('10:04:01.250'),
  causes: [TAINT],
};

const DIAGNOSED: Incident = {
  ...OPEN,
  revision: 4,
  diagnosis: {
    diagnosedAt: at('10:04:02.500'),
    causes: [
      {
        ...TAINT,
        mitigations: [
          {
            code: 'Investigate',
            summary: 'Find out who set the taint, and take it away when its reason is gone.',
            command: "kubectl get node node02 -o jsonpath='{.spec.taints}'",
            risk: 'Low',
            owner: 'None',
          },
        ],
      },
    ],
  },
};

const UPDATED: Incident = {
  ...DIAGNOSED,
  severity: 'critical',
  revision: 5,
  vmis: [WEB],
  vmiCount: 1,
  launcherPods: WORKLOAD.launcherPods.slice(1),
  launcherPodCount: 1,
  goneVmis: [{ ...DB, fate: 'Failed' }],
};

const RESOLVED: Incident = {
  ...UPDATED,
  state: 'Resolved',
  revision: 6,
  resolvedAt: at('10:12:30.000'),
  resolution: 'Recovered',
};

/** What all example events say of their origin. */
export const CLUSTER_NAME = 'prod-eu1';
export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const tell = (incident: Incident, announcement: Announcement, time: string): ProductEvent =>
  incidentEvent(incident, {
    announcement,
    uid: INCIDENT_UID,
    at: at(time),
    clusterName: CLUSTER_NAME,
    traceparent: announcement === 'opened' ? TRACEPARENT : undefined,
  });

/** One incident from its early warning to its end, as its events. */
export function incidentExamples(): readonly ProductEvent[] {
  return [
    tell(AT_RISK, 'at-risk', '10:00:00.000'),
    tell(SUSPECTED, 'suspected', '10:04:00.000'),
    tell(OPEN, 'opened', '10:04:01.250'),
    tell(DIAGNOSED, 'diagnosed', '10:04:02.500'),
    tell(UPDATED, 'updated', '10:09:15.000'),
    tell(RESOLVED, 'resolved', '10:12:30.000'),
  ];
}
