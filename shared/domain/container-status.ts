/** A container in a pod's status; see `objects.ts`. */

export interface ContainerState {
  readonly waiting?:
    | { readonly reason?: string | undefined; readonly message?: string | undefined }
    | undefined;
  readonly running?: { readonly startedAt?: string | undefined } | undefined;
  readonly terminated?:
    | {
        readonly reason?: string | undefined;
        readonly message?: string | undefined;
        readonly exitCode?: number | undefined;
        readonly finishedAt?: string | undefined;
      }
    | undefined;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean | undefined;
  readonly restartCount?: number | undefined;
  readonly image?: string | undefined;
  readonly state?: ContainerState | undefined;
  readonly lastState?: ContainerState | undefined;
}
