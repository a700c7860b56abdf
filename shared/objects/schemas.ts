import * as z from 'zod';
import type { ReadKind, ReadObject } from '../domain/evidence-objects.ts';
import { event, hyperConverged, namespace, virtualMachine } from './evidence-schemas.ts';
import {
  conditions,
  managedFields,
  meta,
  namespacedMeta,
  placement,
  policy,
  text,
  textMap,
  workloadMeta,
} from './schema-parts.ts';

const said = { reason: text.optional(), message: text.optional() };
const ended = z.object({ ...said, exitCode: z.number().optional(), finishedAt: text.optional() });
const containerState = z
  .object({
    waiting: z.object(said).optional(),
    running: z.object({ startedAt: text.optional() }).optional(),
    terminated: ended.optional(),
  })
  .optional();
const containerStatuses = z
  .array(
    z.object({
      name: text,
      ready: z.boolean().optional(),
      restartCount: z.number().optional(),
      image: text.optional(),
      state: containerState,
      lastState: containerState,
    }),
  )
  .optional();

const taints = z.array(
  z.object({ key: text, value: text.optional(), effect: text, timeAdded: text.optional() }),
);
const node = z.object({
  kind: z.literal('Node'),
  metadata: meta.extend({ managedFields }),
  spec: z.object({ unschedulable: z.boolean().optional(), taints: taints.optional() }).optional(),
  status: z.object({ conditions }).optional(),
});
const pod = z.object({
  kind: z.literal('Pod'),
  metadata: workloadMeta,
  spec: placement.optional(),
  status: z
    .object({
      phase: text.optional(),
      ...said,
      startTime: text.optional(),
      conditions,
      containerStatuses,
      initContainerStatuses: containerStatuses,
    })
    .optional(),
});
const counts = z.object({
  desiredNumberScheduled: z.number().optional(),
  currentNumberScheduled: z.number().optional(),
  numberReady: z.number().optional(),
  updatedNumberScheduled: z.number().optional(),
  numberAvailable: z.number().optional(),
  numberMisscheduled: z.number().optional(),
  observedGeneration: z.number().optional(),
});
const daemonSet = z.object({
  kind: z.literal('DaemonSet'),
  metadata: namespacedMeta.extend({ managedFields }),
  spec: z
    .object({
      selector: z.object({ matchLabels: textMap.optional() }).optional(),
      template: z.object({ spec: placement.optional() }).optional(),
    })
    .optional(),
  status: counts.optional(),
});
const migrationState = z.object({
  migrationUid: text.optional(),
  sourceNode: text.optional(),
  targetNode: text.optional(),
  startTimestamp: text.optional(),
  endTimestamp: text.optional(),
  completed: z.boolean().optional(),
  failed: z.boolean().optional(),
});
const vmi = z.object({
  kind: z.literal('VirtualMachineInstance'),
  metadata: workloadMeta,
  spec: z.object({ evictionStrategy: text.optional() }).optional(),
  status: z
    .object({
      nodeName: text.optional(),
      phase: text.optional(),
      conditions,
      migrationState: migrationState.optional(),
    })
    .optional(),
});
const kubeVirt = z.object({
  kind: z.literal('KubeVirt'),
  metadata: namespacedMeta.extend({ managedFields }),
  spec: z
    .object({
      workloads: z.object({ nodePlacement: policy.optional() }).optional(),
      configuration: z
        .object({
          evictionStrategy: text.optional(),
          migrations: z.object({ nodeDrainTaintKey: text.optional() }).optional(),
        })
        .optional(),
      customizeComponents: z
        .object({
          patches: z
            .array(
              z.object({
                resourceType: text.optional(),
                resourceName: text.optional(),
                type: text.optional(),
                patch: text.optional(),
              }),
            )
            .optional(),
        })
        .optional(),
    })
    .optional(),
  status: z
    .object({
      phase: text.optional(),
      conditions,
      observedGeneration: z.number().optional(),
      observedDeploymentID: text.optional(),
      targetDeploymentID: text.optional(),
    })
    .optional(),
});

/** What is read of each kind: the only place that says so. Readers derive from it what to keep and what to refuse. */
export const SCHEMAS = {
  Node: node,
  Pod: pod,
  DaemonSet: daemonSet,
  VirtualMachineInstance: vmi,
  KubeVirt: kubeVirt,
  Event: event,
  Namespace: namespace,
  HyperConverged: hyperConverged,
  VirtualMachine: virtualMachine,
} as const satisfies { readonly [K in ReadKind]: z.ZodType<Extract<ReadObject, { kind: K }>> & z.ZodObject };

/** The other direction: with every field required, a field that the domain has and its schema lacks does not compile. */
type Full<T> = T extends readonly (infer Item)[]
  ? readonly Full<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Full<NonNullable<T[Key]>> }
    : T;
type ParsedObject = { [K in ReadKind]: z.output<(typeof SCHEMAS)[K]> }[ReadKind];
export const SCHEMAS_COVER_THE_DOMAIN: Full<ParsedObject> extends Full<ReadObject> ? true : never = true;
