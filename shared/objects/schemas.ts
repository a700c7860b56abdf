import * as z from 'zod';
import type {
  ClusterObject,
  DaemonSetObject,
  Kind,
  KubeVirtObject,
  NodeObject,
  PodObject,
  VmiObject,
} from '../domain/objects.ts';

/** The kept keys of a map, for the maps that are not kept whole: see `keyedBy`. */
export const wantedKeys = z.registry<{ readonly wants: (key: string) => boolean }>();

const text = z.string();
const textMap = z.record(z.string(), z.string());
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
]);
const REVISION_LABELS: ReadonlySet<string> = new Set(['controller-revision-hash', 'pod-template-generation']);
const annotations = keyedBy((key) => ANNOTATIONS.has(key));
/** A VMI copies whatever labels its user gave it. */
const kubevirtLabels = keyedBy((key) => key.startsWith('kubevirt.io') || REVISION_LABELS.has(key));

const meta = z.object({
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
const namespacedMeta = meta.extend({ namespace: text.min(1) });
const workloadMeta = namespacedMeta.extend({ labels: kubevirtLabels.optional() });

const conditions = z
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
  }),
);
const policy = z.object({
  nodeSelector: textMap.optional(),
  affinity: affinity.optional(),
  tolerations: tolerations.optional(),
});
const placement = policy.extend({ hostNetwork: z.boolean().optional(), nodeName: text.optional() });

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
  metadata: meta,
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
  metadata: namespacedMeta,
  spec: z.object({ template: z.object({ spec: placement.optional() }).optional() }).optional(),
  status: counts.optional(),
});
const vmi = z.object({
  kind: z.literal('VirtualMachineInstance'),
  metadata: workloadMeta,
  status: z.object({ nodeName: text.optional(), phase: text.optional() }).optional(),
});
const kubeVirt = z.object({
  kind: z.literal('KubeVirt'),
  metadata: namespacedMeta,
  spec: z
    .object({
      workloads: z.object({ nodePlacement: policy.optional() }).optional(),
      configuration: z.object({ evictionStrategy: text.optional() }).optional(),
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
  Node: node satisfies z.ZodType<NodeObject>,
  Pod: pod satisfies z.ZodType<PodObject>,
  DaemonSet: daemonSet satisfies z.ZodType<DaemonSetObject>,
  VirtualMachineInstance: vmi satisfies z.ZodType<VmiObject>,
  KubeVirt: kubeVirt satisfies z.ZodType<KubeVirtObject>,
} as const satisfies Record<Kind, z.ZodObject>;

/** The other direction: with every field required, a field that the domain has and its schema lacks does not compile. */
type Full<T> = T extends readonly (infer Item)[]
  ? readonly Full<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]-?: Full<NonNullable<T[Key]>> }
    : T;
type ReadObject = { [K in Kind]: z.output<(typeof SCHEMAS)[K]> }[Kind];
export const SCHEMAS_COVER_THE_DOMAIN: Full<ReadObject> extends Full<ClusterObject> ? true : never = true;
