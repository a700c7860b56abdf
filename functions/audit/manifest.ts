import { durationMs } from '../../shared/domain/units.ts';
import { auditCompleted, auditRequested } from '../../shared/events/audit-events.ts';
import { PING_TYPE } from '../../shared/events/raw-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';
import { JUDGING_EMITS, JUDGING_PERMISSIONS } from '../../shared/runtime/judging.ts';

export const manifest = {
  name: 'audit',
  summary: 'Judges every node of a cluster and reports the orphaned virtual machine instances.',
  consumes: [{ type: auditRequested.type }, { type: PING_TYPE }],
  emits: [...JUDGING_EMITS, auditCompleted.type],
  permissions: JUDGING_PERMISSIONS,
  requestTimeoutMs: durationMs(30_000),
} as const satisfies FunctionManifest;
