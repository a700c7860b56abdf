import * as z from 'zod';
import { managedFields, meta, namespacedMeta, policy, text } from './schema-parts.ts';

const reference = z
  .object({
    kind: text.optional(),
    namespace: text.optional(),
    name: text.optional(),
    uid: text.optional(),
  })
  .optional();

/** Both APIs: `v1` has the involved object and the message, `events.k8s.io/v1` what it regards and the note. */
export const event = z.object({
  kind: z.literal('Event'),
  metadata: meta,
  involvedObject: reference,
  regarding: reference,
  type: text.optional(),
  reason: text.optional(),
  message: text.optional(),
  note: text.optional(),
  count: z.number().optional(),
  lastTimestamp: text.optional(),
  deprecatedLastTimestamp: text.optional(),
  eventTime: text.optional(),
  series: z.object({ count: z.number().optional(), lastObservedTime: text.optional() }).optional(),
});

export const namespace = z.object({ kind: z.literal('Namespace'), metadata: meta });

export const hyperConverged = z.object({
  kind: z.literal('HyperConverged'),
  apiVersion: text.optional(),
  metadata: namespacedMeta.extend({ managedFields }),
  spec: z
    .object({
      workloads: z.object({ nodePlacement: policy.optional() }).optional(),
      deployment: z
        .object({ nodePlacements: z.object({ workload: policy.optional() }).optional() })
        .optional(),
    })
    .optional(),
});

export const virtualMachine = z.object({
  kind: z.literal('VirtualMachine'),
  metadata: namespacedMeta,
  spec: z.object({ runStrategy: text.optional(), running: z.boolean().optional() }).optional(),
});
