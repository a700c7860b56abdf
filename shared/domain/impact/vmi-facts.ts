import type { Condition, VmiObject } from '../objects.ts';

/** `status.migrationState`; it stays after a migration has ended. Source: kubevirt types.go, VirtualMachineInstanceMigrationState. */
export interface MigrationState {
  readonly migrationUid?: string | undefined;
  readonly sourceNode?: string | undefined;
  readonly targetNode?: string | undefined;
  readonly startTimestamp?: string | undefined;
  readonly endTimestamp?: string | undefined;
  readonly completed?: boolean | undefined;
  readonly failed?: boolean | undefined;
}

/** A VMI with the fields that its impact is told from. */
export interface VmiFacts extends VmiObject {
  readonly spec?: { readonly evictionStrategy?: string | undefined } | undefined;
  readonly status?:
    | (NonNullable<VmiObject['status']> & {
        readonly conditions?: readonly Condition[] | undefined;
        readonly migrationState?: MigrationState | undefined;
      })
    | undefined;
}
