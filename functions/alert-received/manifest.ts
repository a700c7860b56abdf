import { durationMs } from '../../shared/domain/units.ts';
import { ALERTMANAGER_WEBHOOK_TYPE } from '../../shared/events/alertmanager-events.ts';
import { auditRequested } from '../../shared/events/audit-events.ts';
import { alertVerified } from '../../shared/events/reaction-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';
import { JUDGING_EMITS, JUDGING_PERMISSIONS } from '../../shared/runtime/judging.ts';

export const manifest = {
  name: 'alert-received',
  summary:
    'Checks alerts about orphaned virtual machine instances against the cluster, and says which are true.',
  consumes: [{ type: ALERTMANAGER_WEBHOOK_TYPE }],
  emits: [...JUDGING_EMITS, alertVerified.type, auditRequested.type],
  permissions: JUDGING_PERMISSIONS,
  readsFiles: true,
  requestTimeoutMs: durationMs(5_000),
} as const satisfies FunctionManifest;
