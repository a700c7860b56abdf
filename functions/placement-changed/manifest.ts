import { durationMs } from '../../shared/domain/units.ts';
import { auditRequested } from '../../shared/events/audit-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';
import { changesOf } from '../../shared/runtime/judging.ts';

export const manifest = {
  name: 'placement-changed',
  summary: 'Has every node judged when the KubeVirt resource changes, comes or goes.',
  consumes: changesOf('KubeVirt'),
  emits: [auditRequested.type],
  permissions: [{ apiGroup: 'kubevirt.io', resource: 'kubevirts', verbs: ['get'] }],
  requestTimeoutMs: durationMs(5_000),
} as const satisfies FunctionManifest;
