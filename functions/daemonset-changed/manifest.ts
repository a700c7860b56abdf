import { durationMs } from '../../shared/domain/units.ts';
import { auditRequested } from '../../shared/events/audit-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';
import { changesOf } from '../../shared/runtime/judging.ts';

export const manifest = {
  name: 'daemonset-changed',
  summary: 'Has every node judged when the virt-handler DaemonSet changes, comes or goes.',
  consumes: changesOf('DaemonSet'),
  emits: [auditRequested.type],
  permissions: [{ apiGroup: 'apps', resource: 'daemonsets', verbs: ['get'] }],
  requestTimeoutMs: durationMs(5_000),
} as const satisfies FunctionManifest;
