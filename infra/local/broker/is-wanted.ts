import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import type { Subscription } from '../../../shared/runtime/function-manifest.ts';

/** Whether an event passes one of the filters: each as a Knative Trigger's exact filter. */
export function isWanted(event: IncomingEvent, filters: readonly Subscription[]): boolean {
  return filters.some(
    ({ type, attributes = {} }) =>
      event.type === type && Object.entries(attributes).every(([name, value]) => event[name] === value),
  );
}
