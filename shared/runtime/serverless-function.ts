import type { IncomingEvent } from '../events/incoming-event.ts';
import type { FunctionManifest } from './function-manifest.ts';

/** What became of an event. `ignored`: it concerns nobody here, and nothing was asked of the cluster. */
export type Outcome = 'done' | 'ignored';

/** One function, ready to run: its ports are bound. The same for HTTP, for the in-process broker and for tests. */
export interface ServerlessFunction {
  readonly manifest: FunctionManifest;
  /**
   * Deals with one event; what follows from it has been written and published when it resolves.
   *
   * @throws FunctionError: `EVENT_INVALID` when the event breaks its contract, all others when it should be delivered again
   */
  handle(event: IncomingEvent): Promise<Outcome>;
}
