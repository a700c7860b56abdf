import * as z from 'zod';
import { OWNER_ANNOTATIONS } from '../domain/remediation/owner-marks.ts';

// Parts that the schemas of several kinds share; see `schemas.ts`.

/** The kept keys of a map, for the maps that are not kept whole: see `keyedBy`. */
export const wantedKeys = z.registry<{ readonly wants: (key: string) => boolean }>();

export const text = z.string();
export const textMap = z.record(z.string(), z.string());
const keyedBy = (wants: (key: string) => boolean) =>
  z.record(z.string(), z.string()).register(wantedKeys, { wants });

/** Annotations can be huge (`last-applied-configuration`), so only those that a rule reads are kept. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  'kubevirt.io/heartbeat',
  'kubevirt.io/ephemeral-provisioning',
  'kubevirt.io/domain',
  'kubevirt.io/generation',
  'kubevirt.io/install-strategy-version',
  'kubevirt.io/install-strategy-identifier',
  'openshift.io/node-selector',
  'scheduler.alpha.kubernetes.io/node-selector',
  ...OWNER_ANNOTATIONS,
]);
const REVISION_LABELS: ReadonlySet<string> = new Set(['controller-revision-hash', 'pod-template-generation']);
const annotations = keyedBy((key) => ANNOTATIONS.has(key));
/** A VMI copies whatever labels its user gave it. */
const kubevirtLabels = keyedBy((key) => key.startsWith('kubevirt.io') || REVISION_LABELS.has(key));

export const meta = z.object({
  name: text.min(1),
  namespace: text.optional(),
  uid: text.optional(),
  resourceVersion: text.optional(),
  generation: z.number().optional(),
  creationTimestamp: text.optional(),
  deletionTimestamp: text.optional(),
  labels: textMap.optional(),
  annotations: annotations.optional(),
  ownerReferences: z
    .array(
      z.object({
        apiVersion: text,
        kind: text,
        name: text,
        uid: text.optional(),
        controller: z.boolean().optional(),
      }),
    )
    .optional(),
});
const owned = z.record(z.string(), z.unknown());
export const managedFields = z
  .array(
    z.object({
      manager: text.optional(),
      operation: text.optional(),
      time: text.optional(),
      fieldsV1: z
        .object({
          'f:metadata': z.object({ 'f:labels': owned.optional() }).optional(),
          'f:spec': owned.optional(),
        })
        .optional(),
    }),
  )
  .optional();
export const namespacedMeta = meta.extend({ namespace: text.min(1) });
export const workloadMeta = namespacedMeta.extend({ labels: kubevirtLabels.optional() });

export const conditions = z
  .array(
    z.object({
      type: text,
      status: text,
      reason: text.optional(),
      message: text.optional(),
      lastTransitionTime: text.optional(),
      lastHeartbeatTime: text.optional(),
    }),
  )
  .optional();

const requirements = z
  .array(z.object({ key: text, operator: text, values: z.array(text).optional() }))
  .optional();
const required = z.object({
  nodeSelectorTerms: z
    .array(z.object({ matchExpressions: requirements, matchFields: requirements }))
    .optional(),
});
const affinity = z.object({
  nodeAffinity: z.object({ requiredDuringSchedulingIgnoredDuringExecution: required.optional() }).optional(),
});
const tolerations = z.array(
  z.object({
    key: text.optional(),
    operator: text.optional(),
    value: text.optional(),
    effect: text.optional(),
    tolerationSeconds: z.number().optional(),
  }),
);
export const policy = z.object({
  nodeSelector: textMap.optional(),
  affinity: affinity.optional(),
  tolerations: tolerations.optional(),
});
export const placement = policy.extend({ hostNetwork: z.boolean().optional(), nodeName: text.optional() });
