import { durationMs } from '../../shared/domain/units.ts';
import { incidentDiagnosed, incidentOpened, incidentUpdated } from '../../shared/events/incident-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';

export const manifest = {
  name: 'diagnose',
  summary:
    "Says why one node has no virt-handler: the runbook's six steps, causes, what would help, what is lost.",
  consumes: [{ type: incidentOpened.type }, { type: incidentUpdated.type }],
  emits: [incidentDiagnosed.type],
  permissions: [
    { apiGroup: '', resource: 'nodes', verbs: ['list'] },
    { apiGroup: '', resource: 'pods', verbs: ['list'] },
    { apiGroup: '', resource: 'events', verbs: ['list'] },
    { apiGroup: '', resource: 'namespaces', verbs: ['list'] },
    { apiGroup: 'apps', resource: 'daemonsets', verbs: ['list'] },
    { apiGroup: 'kubevirt.io', resource: 'virtualmachineinstances', verbs: ['list'] },
    { apiGroup: 'kubevirt.io', resource: 'virtualmachines', verbs: ['list'] },
    { apiGroup: 'kubevirt.io', resource: 'kubevirts', verbs: ['list'] },
    { apiGroup: 'kubevirt-orphans.dev', resource: 'orphanincidents', verbs: ['get'] },
    { apiGroup: 'kubevirt-orphans.dev', resource: 'orphanincidents/status', verbs: ['update'] },
    { apiGroup: 'hco.kubevirt.io', resource: 'hyperconvergeds', verbs: ['list'] },
  ],
  requestTimeoutMs: durationMs(30_000),
} as const satisfies FunctionManifest;
