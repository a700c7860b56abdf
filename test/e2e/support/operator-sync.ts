import { type KubeApi, KubeApiError } from './kube-api.ts';
import { type DaemonSet, isTrue, kinds } from './objects.ts';
import { canaryState, DEFAULT_UNAVAILABLE, INCREASED_UNAVAILABLE } from './operator-canary.ts';
import {
  GENERATION,
  HANDLERS,
  type OperatedDaemonSet,
  type OperatedKubeVirt,
  operatedDaemonSet,
} from './operator-objects.ts';
import { inject, type Placement } from './virt-operator.ts';

/** What came of a look at the DaemonSet. */
export interface Synced {
  /** Whether nothing is left to be written. */
  readonly isDone: boolean;
  /** The generation of the DaemonSet that was written, where virt-operator records it. */
  readonly recorded?: number | undefined;
  readonly error?: string;
}

const PENDING: Synced = { isDone: false };
const FAILED_START =
  'unable to start canary upgrade for daemonset nil: unable to update daemonset virt-handler: ';

/**
 * What virt-operator does to its DaemonSet in one pass: makes it, writes the whole `/spec`, or leaves it alone. What
 * the API server refuses comes back as an error.
 */
export async function syncDaemonSet(api: KubeApi, base: DaemonSet, owner: OperatedKubeVirt): Promise<Synced> {
  const found = await api.find(operatedDaemonSet);
  if (found === undefined) return create(api, base, owner);
  const isChanged = found.metadata.annotations?.[GENERATION] !== `${owner.metadata.generation}`;
  const maxUnavailable = found.spec.updateStrategy?.rollingUpdate?.maxUnavailable;
  const isKnown = recordedGeneration(owner) === found.metadata.generation;
  if (!isChanged && isKnown && maxUnavailable === DEFAULT_UNAVAILABLE) return { isDone: true };

  const updatedAndReady = (await readyHandlers(api)).length;
  const desired = found.status.desiredNumberScheduled ?? 0;
  const write = (unavailable: number | string) => replaceSpec(api, base, owner, found, unavailable);
  switch (canaryState({ isChanged, updatedAndReady, desired, maxUnavailable })) {
    case 'started':
      return start(() => write(DEFAULT_UNAVAILABLE));
    case 'increasing':
      return { isDone: false, recorded: await write(INCREASED_UNAVAILABLE) };
    case 'successful':
      return { isDone: true, recorded: await write(DEFAULT_UNAVAILABLE) };
    case 'unexpected': {
      const counts = `updatedAndReadyPods=${updatedAndReady}, desiredReadyPods=${desired}`;
      return { isDone: false, error: `unexpected canary upgrade state: ${counts}` };
    }
    case 'canary':
    case 'waiting':
      return PENDING;
  }
}

/** Handlers that are Ready, those that terminate too. */
export async function readyHandlers(api: KubeApi): Promise<readonly string[]> {
  const pods = await api.list(kinds.pod, HANDLERS);
  return pods
    .filter(({ status }) => isTrue(status.conditions, 'Ready'))
    .map(({ spec }) => spec.nodeName ?? '');
}

/** The generation of the DaemonSet that the KubeVirt resource has on record. */
export function recordedGeneration({ status }: OperatedKubeVirt): number | undefined {
  return status?.generations?.find(({ name }) => name === 'virt-handler')?.lastGeneration;
}

async function start(write: () => Promise<number | undefined>): Promise<Synced> {
  try {
    await write();
    return PENDING;
  } catch (error) {
    if (!(error instanceof KubeApiError)) throw error;
    // As the server says it, without the request that the tests' client puts before it.
    return { isDone: false, error: `${FAILED_START}${error.message.replace(/^\w+ \S+ \d+ /, '')}` };
  }
}

async function create(api: KubeApi, base: DaemonSet, owner: OperatedKubeVirt): Promise<Synced> {
  const { metadata } = base;
  const { name, namespace = '', labels = {} } = metadata;
  const annotations = { ...metadata.annotations, [GENERATION]: `${owner.metadata.generation}` };
  const spec = specFor(base, owner, DEFAULT_UNAVAILABLE);
  const { apiVersion, kind } = operatedDaemonSet;
  const fresh = { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec, status: {} };
  const created = await api.create<OperatedDaemonSet>(fresh);
  return { isDone: true, recorded: created.metadata.generation };
}

/** @returns the generation that the DaemonSet has then */
async function replaceSpec(
  api: KubeApi,
  base: DaemonSet,
  owner: OperatedKubeVirt,
  { metadata }: OperatedDaemonSet,
  maxUnavailable: number | string,
): Promise<number | undefined> {
  const annotations = { ...metadata.annotations, [GENERATION]: `${owner.metadata.generation}` };
  const patch = [
    { op: 'test', path: '/metadata/generation', value: metadata.generation },
    { op: 'add', path: '/metadata/annotations', value: annotations },
    { op: 'replace', path: '/spec', value: specFor(base, owner, maxUnavailable) },
  ];
  return (await api.patch(operatedDaemonSet, patch, { type: 'json' })).metadata.generation;
}

function specFor(
  { spec }: DaemonSet,
  owner: OperatedKubeVirt,
  maxUnavailable: number | string,
): OperatedDaemonSet['spec'] {
  const podSpec = inject(spec.template.spec as Placement, owner.spec.workloads?.nodePlacement ?? {});
  return {
    ...spec,
    template: { ...spec.template, spec: podSpec },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable } },
  };
}
