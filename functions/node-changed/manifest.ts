import { durationMs } from '../../shared/domain/units.ts';
import { auditRequested } from '../../shared/events/audit-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';
import { changesOf, JUDGING_EMITS, judgingPermissions } from '../../shared/runtime/judging.ts';

export const manifest = {
  name: 'node-changed',
  summary: 'Has a node judged when its taints, labels or readiness change, or when it comes or goes.',
  consumes: changesOf('Node'),
  emits: [...JUDGING_EMITS, auditRequested.type],
  permissions: judgingPermissions({ apiGroup: '', resource: 'nodes' }),
  requestTimeoutMs: durationMs(5_000),
} as const satisfies FunctionManifest;
