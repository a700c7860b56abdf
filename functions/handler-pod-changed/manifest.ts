import { durationMs } from '../../shared/domain/units.ts';
import { auditRequested } from '../../shared/events/audit-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';
import { changesOf, JUDGING_EMITS, judgingPermissions } from '../../shared/runtime/judging.ts';

export const manifest = {
  name: 'handler-pod-changed',
  summary: 'Has a node judged when its virt-handler pod changes.',
  consumes: changesOf('Pod'),
  emits: [...JUDGING_EMITS, auditRequested.type],
  permissions: judgingPermissions({ apiGroup: '', resource: 'pods' }),
  requestTimeoutMs: durationMs(5_000),
} as const satisfies FunctionManifest;
