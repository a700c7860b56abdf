import { ALERTMANAGER_WEBHOOK_TYPE } from '../../../shared/events/alertmanager-events.ts';
import { auditCompleted } from '../../../shared/events/audit-events.ts';
import { CONTRACT } from '../../../shared/events/contract.ts';
import { OBJECT_CHANGE_TYPES, PING_TYPE } from '../../../shared/events/raw-events.ts';
import { alertVerified, notificationFailed } from '../../../shared/events/reaction-events.ts';
import type { Subscription } from '../../../shared/runtime/function-manifest.ts';
import { WATCHED_RESOURCES } from '../../local/event-source/watched-resources.ts';
import { FUNCTION_NAMES } from '../../server/catalog.ts';
import type { FoundManifest } from './function-files.ts';
import { placesOf } from './places.ts';

/** What others publish: event source, timer, and the intake of alerts. */
const FOREIGN: readonly string[] = [...OBJECT_CHANGE_TYPES, PING_TYPE, ALERTMANAGER_WEBHOOK_TYPE];
/** What is published for subscribers outside, and for no function. */
const FOR_SUBSCRIBERS: readonly string[] = [auditCompleted.type, alertVerified.type, notificationFailed.type];
const OURS: readonly string[] = CONTRACT.map(({ type }) => type);
const WATCHED_KINDS: readonly string[] = WATCHED_RESOURCES.map(({ kind }) => kind);

/** What is wrong with manifests, each in a line that begins with the file; none when they can be rendered. */
export function mistakesOf(found: readonly FoundManifest[]): readonly string[] {
  return [
    ...duplicatesOf(found),
    ...found.flatMap((one) => [
      ...servedMistakes(one),
      ...triggerMistakes(one, found),
      ...publishingMistakes(one, found),
      ...permissionMistakes(one),
    ]),
  ];
}

function duplicatesOf(found: readonly FoundManifest[]): readonly string[] {
  return found.flatMap(({ file, manifest: { name } }, index) => {
    const earlier = found.slice(0, index).find(({ manifest }) => manifest.name === name);
    return earlier === undefined ? [] : [`${file}: is called ${name}, as ${earlier.file} is`];
  });
}

function servedMistakes({ file, manifest: { name } }: FoundManifest): readonly string[] {
  if (file !== `functions/${name}/manifest.ts`) return [`${file}: is called ${name}, not as its folder`];
  const isServed = FUNCTION_NAMES.some((it) => it === name);
  return isServed
    ? []
    : [`${file}: infra/server/catalog.ts does not have ${name}, so that nothing would serve it`];
}

function triggerMistakes(
  { file, manifest }: FoundManifest,
  found: readonly FoundManifest[],
): readonly string[] {
  if (manifest.consumes.length === 0)
    return [`${file}: consumes nothing, so that nothing would ever trigger it`];
  const published = new Set([...FOREIGN, ...found.flatMap(({ manifest: { emits } }) => emits)]);
  return manifest.consumes.flatMap((subscription) => {
    const why = whyNever(subscription, published);
    return why === undefined ? [] : [`${file}: consumes ${subscription.type}, ${why}`];
  });
}

function whyNever({ type, attributes }: Subscription, published: ReadonlySet<string>): string | undefined {
  if (![...FOREIGN, ...OURS].includes(type)) return 'which is no type of event that there is';
  if (!published.has(type)) return 'which nobody publishes';
  const kind = attributes?.['kind'];
  if (!OBJECT_CHANGE_TYPES.includes(type) || kind === undefined || WATCHED_KINDS.includes(kind))
    return undefined;
  return `of ${kind}, which no event source watches`;
}

function publishingMistakes(
  { file, manifest }: FoundManifest,
  found: readonly FoundManifest[],
): readonly string[] {
  const consumed = found.flatMap(({ manifest: { consumes } }) => consumes.map(({ type }) => type));
  return manifest.emits.flatMap((type) => {
    if (!OURS.includes(type))
      return [`${file}: publishes ${type}, which the contract of events does not have`];
    if (consumed.includes(type) || FOR_SUBSCRIBERS.includes(type)) return [];
    return [`${file}: publishes ${type}, which nobody consumes`];
  });
}

function permissionMistakes({ file, manifest }: FoundManifest): readonly string[] {
  return manifest.permissions.flatMap((permission) =>
    permission.verbs
      .filter((verb) => permission.resource === 'secrets' || placesOf(permission, verb).length === 0)
      .map((verb) => {
        const what = `${file}: may ${verb} ${permission.resource}`;
        return permission.resource === 'secrets'
          ? `${what}: no function reads Secrets, they are mounted`
          : `${what}, of which infra/render/deploy/places.ts does not say where`;
      }),
  );
}
