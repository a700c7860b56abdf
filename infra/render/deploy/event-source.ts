import type { Permission } from '../../../shared/runtime/function-manifest.ts';
import { WATCHED_RESOURCES } from '../../local/event-source/watched-resources.ts';
import type { Subject } from './access.ts';
import { NAMESPACE } from './objects.ts';

/** What it is called, on Knative and on OpenFaaS. */
export const EVENT_SOURCE = 'event-source';

/** Whoever tells of changes in the cluster. @param verbs - what its watches need */
export function eventSourceSubject(verbs: Permission['verbs']): Subject {
  return {
    name: EVENT_SOURCE,
    namespace: NAMESPACE,
    permissions: WATCHED_RESOURCES.map(({ group, name }) => ({ apiGroup: group, resource: name, verbs })),
  };
}
