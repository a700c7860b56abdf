import { existsSync, readFileSync } from 'node:fs';

/** One request as a real source sent it. */
export interface Recorded {
  readonly step: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const RECORDINGS = new URL('../../../../shared/recordings/', import.meta.url);
/** Why the recordings are not replayed; `undefined` when they are there. */
export const NO_RECORDINGS = existsSync(RECORDINGS)
  ? undefined
  : '../shared/recordings is not there: only the copies in fixtures/ are replayed';

/** A few requests of every source, copied from the recordings. */
export const SAMPLES: readonly Recorded[] = parse(
  new URL('fixtures/recorded-requests.ndjson', import.meta.url),
);

/** All requests of a file in ../shared/recordings. */
export function recordings(file: string): readonly Recorded[] {
  return parse(new URL(file, RECORDINGS));
}

function parse(file: URL): readonly Recorded[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded);
}
