import type { FunctionName } from './catalog.ts';
import { type ServeOptions, serveFunction } from './serve-function.ts';
import { aborted, watchStopSignals } from './stop-signal.ts';

/** How soon what the first events did not need is loaded when none comes that needs it. */
const LOAD_AFTER_MS = 500;

/**
 * Serves a function until the process is asked to end, and then finishes what runs.
 *
 * @throws ConfigInvalidError, KubeConfigError: what is wrong with the configuration
 */
export async function serveUntilStopped(name: FunctionName, options: ServeOptions): Promise<void> {
  const { signal, release } = watchStopSignals();
  let loading: NodeJS.Timeout | undefined;
  try {
    const served = await serveFunction(name, options);
    const broken = new Promise<never>((_, reject) => {
      loading = setTimeout(() => void served.load().catch(reject), LOAD_AFTER_MS);
    });
    try {
      await Promise.race([aborted(signal), broken]);
    } finally {
      await served.close();
    }
  } finally {
    clearTimeout(loading);
    release();
  }
}
