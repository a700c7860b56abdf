import { durationMs } from '../../shared/domain/units.ts';
import { auditRequested } from '../../shared/events/audit-events.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';
import { changesOf, JUDGING_EMITS, judgingPermissions } from '../../shared/runtime/judging.ts';

export const manifest = {
  name: 'workload-changed',
  summary: 'Has a node judged when a VMI or virt-launcher pod on it changes.',
  consumes: changesOf('Pod', 'VirtualMachineInstance'),
  emits: [...JUDGING_EMITS, auditRequested.type],
  permissions: judgingPermissions(
    { apiGroup: '', resource: 'pods' },
    { apiGroup: 'kubevirt.io', resource: 'virtualmachineinstances' },
  ),
  requestTimeoutMs: durationMs(5_000),
} as const satisfies FunctionManifest;
