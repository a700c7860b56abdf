import { manifest as alertReceived } from '../../functions/alert-received/manifest.ts';
import { manifest as audit } from '../../functions/audit/manifest.ts';
import { manifest as daemonSetChanged } from '../../functions/daemonset-changed/manifest.ts';
import { manifest as diagnose } from '../../functions/diagnose/manifest.ts';
import { manifest as handlerPodChanged } from '../../functions/handler-pod-changed/manifest.ts';
import { manifest as nodeChanged } from '../../functions/node-changed/manifest.ts';
import { manifest as notify } from '../../functions/notify/manifest.ts';
import { manifest as placementChanged } from '../../functions/placement-changed/manifest.ts';
import { manifest as remediate } from '../../functions/remediate/manifest.ts';
import { manifest as workloadChanged } from '../../functions/workload-changed/manifest.ts';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';

/** The manifest of every function. A test holds this list to the folders. */
export const MANIFESTS: readonly FunctionManifest[] = [
  handlerPodChanged,
  workloadChanged,
  nodeChanged,
  daemonSetChanged,
  placementChanged,
  audit,
  alertReceived,
  diagnose,
  notify,
  remediate,
];

/** The names of the functions that publish a type. */
export function publishersOf(type: string): readonly string[] {
  return MANIFESTS.filter(({ emits }) => emits.includes(type)).map(({ name }) => name);
}

/** The names of the functions that a type triggers. */
export function consumersOf(type: string): readonly string[] {
  return MANIFESTS.filter(({ consumes }) => consumes.some((it) => it.type === type)).map(({ name }) => name);
}
