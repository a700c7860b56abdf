import { durationMs } from '../../shared/domain/units.ts';
import { auditRequested } from '../../shared/events/audit-events.ts';
import {
  incidentDiagnosed,
  incidentOpened,
  incidentResolved,
  incidentUpdated,
} from '../../shared/events/incident-events.ts';
import { PING_TYPE } from '../../shared/events/raw-events.ts';
import {
  remediationApproved,
  remediationFailed,
  remediationProposed,
  remediationRefused,
  remediationStarted,
  remediationSucceeded,
} from '../../shared/events/reaction-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';

export const manifest = {
  name: 'remediate',
  summary:
    'Brings virt-handler back by the smallest change, behind gates: proposes, waits for approval, writes, verifies, takes back.',
  consumes: [
    { type: incidentOpened.type },
    { type: incidentUpdated.type },
    { type: incidentDiagnosed.type },
    { type: incidentResolved.type },
    { type: remediationApproved.type },
    { type: auditRequested.type },
    { type: PING_TYPE },
  ],
  emits: [
    remediationProposed.type,
    remediationApproved.type,
    remediationStarted.type,
    remediationSucceeded.type,
    remediationFailed.type,
    remediationRefused.type,
  ],
  permissions: [
    { apiGroup: '', resource: 'nodes', verbs: ['get', 'list', 'patch'] },
    { apiGroup: '', resource: 'pods', verbs: ['get', 'list', 'delete'] },
    { apiGroup: '', resource: 'events', verbs: ['list'] },
    { apiGroup: '', resource: 'namespaces', verbs: ['list'] },
    { apiGroup: 'apps', resource: 'daemonsets', verbs: ['list'] },
    { apiGroup: 'coordination.k8s.io', resource: 'leases', verbs: ['get', 'create', 'update'] },
    { apiGroup: 'config.openshift.io', resource: 'clusterversions', verbs: ['get'] },
    { apiGroup: 'events.k8s.io', resource: 'events', verbs: ['create'] },
    { apiGroup: 'hco.kubevirt.io', resource: 'hyperconvergeds', verbs: ['get', 'list', 'patch'] },
    { apiGroup: 'kubevirt.io', resource: 'kubevirts', verbs: ['get', 'list', 'patch'] },
    { apiGroup: 'kubevirt.io', resource: 'virtualmachineinstances', verbs: ['list'] },
    { apiGroup: 'kubevirt.io', resource: 'virtualmachineinstancemigrations', verbs: ['list'] },
    { apiGroup: 'kubevirt.io', resource: 'virtualmachines', verbs: ['list'] },
    { apiGroup: 'kubevirt-orphans.dev', resource: 'orphanincidents', verbs: ['get', 'list'] },
    { apiGroup: 'kubevirt-orphans.dev', resource: 'orphanincidents/status', verbs: ['update'] },
    { apiGroup: 'nodemaintenance.kubevirt.io', resource: 'nodemaintenances', verbs: ['list'] },
    { apiGroup: 'nodemaintenance.medik8s.io', resource: 'nodemaintenances', verbs: ['list'] },
  ],
  readsFiles: true,
  requestTimeoutMs: durationMs(10_000),
} as const satisfies FunctionManifest;
