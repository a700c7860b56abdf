import { durationMs } from '../../shared/domain/units.ts';
import { auditRequested } from '../../shared/events/audit-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';
import { changesOf, JUDGING_EMITS, judgingPermissions } from '../../shared/runtime/judging.ts';

export const manifest = {
  name: 'daemonset-changed',
  summary: 'Has every node judged when the virt-handler DaemonSet changes, comes or goes.',
  consumes: changesOf('DaemonSet'),
  emits: [...JUDGING_EMITS, auditRequested.type],
  permissions: judgingPermissions({ apiGroup: 'apps', resource: 'daemonsets' }),
  requestTimeoutMs: durationMs(5_000),
} as const satisfies FunctionManifest;
