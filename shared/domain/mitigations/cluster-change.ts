import type { PatchOperation, Path } from './json-patch.ts';

/** The object that a change is made to, as it was judged. */
export interface ChangeTarget {
  /** With the version in which the field is where the patch says. */
  readonly apiVersion: string;
  readonly kind: 'Node' | 'KubeVirt' | 'HyperConverged' | 'Pod';
  /** Empty for a Node. */
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** Grows with the spec only; `undefined` where the API server keeps none. */
  readonly generation: number | undefined;
}

/** Something that a patch puts into an object: a member of a map, or an item of a list. */
export interface Addition {
  /** The way to the map's member, or to the list. */
  readonly path: Path;
  readonly kind: 'member' | 'item';
  readonly value: unknown;
}

/**
 * One write, exactly. A patch is its operations without guards: whoever writes it adds a test of the target's uid, and of the
 * generation or resourceVersion that was read last. Its inverse is to take the additions out again, those that are still
 * there as they were put in: a patch that does anything but add has none, and is never made by a program.
 */
export type ClusterChange =
  | {
      readonly action: 'patch';
      readonly target: ChangeTarget;
      readonly operations: readonly PatchOperation[];
      /** All that the operations do; `undefined` where they do more than add. */
      readonly additions: readonly Addition[] | undefined;
    }
  | { readonly action: 'delete'; readonly target: ChangeTarget };

/** Whether what a change would do is there already. `partly`: some of what it adds is; `gone`: its object is not there any more. */
export type ChangeState = 'made' | 'absent' | 'partly' | 'gone';
