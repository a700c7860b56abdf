import { randomUUID } from 'node:crypto';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import type { KubeApi } from './kube-api.ts';
import type { KubeObject } from './objects.ts';
import { type ApiServerSource, type PingSource, toQuery } from './rendered-knative.ts';
import type { WatchEvent } from './watch.ts';

/** Takes an event for the sink of a source. */
type Offer = (event: IncomingEvent) => void;
type Watched = ApiServerSource['spec']['resources'][number];

const VERBS = { ADDED: 'add', MODIFIED: 'update', DELETED: 'delete' } as const;

/**
 * What ApiServerSource makes of a change. A cluster-scoped object has an empty namespace, and every id is chance. Source: the
 * recordings, which a test compares it with.
 */
export function apiServerEvent(
  { type, object }: WatchEvent<KubeObject>,
  { server, plural, mode }: { server: string; plural: string; mode: ApiServerSource['spec']['mode'] },
): IncomingEvent {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace = '' } = metadata;
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: server,
    type: `dev.knative.apiserver.${mode === 'Resource' ? 'resource' : 'ref'}.${VERBS[type]}`,
    subject: `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    apiversion: apiVersion,
    kind,
    name,
    namespace,
    data: mode === 'Resource' ? object : { kind, name, apiVersion, ...(namespace !== '' && { namespace }) },
  };
}

/** What PingSource sends. Source: the recordings. */
export function pingEvent({ metadata, spec }: PingSource): IncomingEvent {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: `/apis/v1/namespaces/${metadata.namespace}/pingsources/${metadata.name}`,
    type: 'dev.knative.sources.ping',
    time: new Date().toISOString(),
    datacontenttype: spec.contentType,
    data: JSON.parse(spec.data),
  };
}

/** How many seconds lie between two pings. @throws Error for a schedule that does not say so plainly */
export function periodOf(schedule: string): number {
  const [, seconds, minutes] = /^(?:\*\/(\d+) \*|0 \*\/(\d+)) \* \* \* \*$/.exec(schedule) ?? [];
  if (seconds === undefined && minutes === undefined)
    throw new Error(`the schedule ${schedule} is not known here`);
  return seconds === undefined ? Number(minutes) * 60 : Number(seconds);
}

/** Where a source watches: as its account, and as whoever may ask what that account may. */
export interface SourceAccess {
  readonly api: KubeApi;
  readonly admin: KubeApi;
  readonly server: string;
}

/**
 * Tells what changes from now on: like ApiServerSource, nothing of what is there already.
 *
 * @returns the rights that it asked for, as `rightsOf` has them, once it watches; what it ends with, as a promise
 * @throws Error when its account may not get, list and watch all of it, for then Knative does not start the source
 */
export async function watchAll(
  source: ApiServerSource,
  { api, admin, server }: SourceAccess,
  offer: Offer,
  signal: AbortSignal,
): Promise<{ readonly asked: readonly string[]; readonly ended: Promise<unknown> }> {
  const { serviceAccountName, mode, resources } = source.spec;
  const user = `system:serviceaccount:${source.metadata.namespace}:${serviceAccountName}`;
  const asked: string[] = [];
  const following: Promise<void>[] = [];
  for (const watched of resources) {
    const plural = await admin.plural(watched);
    asked.push(...(await refuseUnless(admin, user, { ...watched, plural })));
    const labelSelector = toQuery(watched.selector ?? {});
    const { metadata } = await api.listing(watched, { labelSelector });
    const start = { resourceVersion: metadata.resourceVersion, labelSelector };
    const tell = (change: WatchEvent<KubeObject>) => offer(apiServerEvent(change, { server, plural, mode }));
    following.push(follow(api.stream(watched, start, signal), tell));
  }
  return { asked, ended: Promise.all(following) };
}

async function follow(lines: AsyncGenerator<string>, tell: (change: WatchEvent<KubeObject>) => void) {
  for await (const line of lines) {
    const change = JSON.parse(line) as WatchEvent<KubeObject>;
    if (change.type in VERBS) tell(change);
  }
}

/** As Knative's controller does before it starts a source. Source: knative/eventing `pkg/reconciler/apiserversource`, runAccessCheck. */
async function refuseUnless(
  admin: KubeApi,
  user: string,
  { apiVersion, plural }: Watched & { readonly plural: string },
): Promise<readonly string[]> {
  const group = apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : '';
  return Promise.all(
    ['get', 'list', 'watch'].map(async (verb) => {
      const resourceAttributes = { verb, group, resource: plural };
      const review: KubeObject = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        metadata: { name: '' },
        spec: { user, resourceAttributes },
      };
      const { status } = await admin.create(review);
      if (!(status as { allowed: boolean }).allowed)
        throw new Error(`InsufficientPermissions: ${user} may not ${verb} ${plural}`);
      return `${verb} ${group}/${plural}`;
    }),
  );
}
