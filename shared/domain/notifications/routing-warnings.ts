import { openUntil } from '../time/time-windows.ts';
import type { EpochMs } from '../units.ts';
import type { Routing } from './routing.ts';
import { silenceWarnings } from './silences.ts';

/** What to say of a file that is right and hardly what somebody wants, a sentence each. */
export function routingWarnings({ silences, muteWindows }: Routing, now: EpochMs): readonly string[] {
  const alwaysOpen = muteWindows.filter((window) => {
    const held = openUntil(window, now);
    return held !== undefined && held.until === undefined;
  });
  return [
    ...silenceWarnings(silences, now),
    ...alwaysOpen.map(
      ({ name }) =>
        `the mute window ${name} is open all week, without an end: routes that name it never tell anybody`,
    ),
  ];
}
