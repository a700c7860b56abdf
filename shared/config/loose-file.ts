import * as z from 'zod';

const TEXT = z.string().catch('');
const TEXTS = z.array(TEXT).catch([]);
/** In place of a `match` that cannot be read: it covers nothing. */
const UNCLEAR = { unclear: null };
/** As much as names refer to, whatever else is wrong: mistakes of both kinds are told together. */
const LOOSE = z.object({
  channels: listOf(
    z.object({
      name: TEXT,
      enabled: z.unknown().optional(),
      bearerToken: z.unknown().optional(),
      basicAuth: z.unknown().optional(),
    }),
  ),
  routes: listOf(
    z.object({
      name: TEXT,
      channels: TEXTS,
      mute: TEXTS,
      match: z.record(z.string(), z.unknown()).optional().catch(UNCLEAR),
      continue: z.unknown().optional(),
      minimumSeverity: TEXT,
    }),
  ),
  muteWindows: listOf(
    z.object({
      name: TEXT,
      from: TEXT,
      to: TEXT,
      dates: z.object({ from: TEXT, to: TEXT }).catch({ from: '', to: '' }),
    }),
  ),
  silences: listOf(
    z.object({
      match: z.record(z.string(), z.unknown()).optional().catch(UNCLEAR),
      from: TEXT,
      until: TEXT,
    }),
  ),
});
/** The parts of a file that refer to each other. */
export type LooseFile = z.infer<typeof LOOSE>;

/** Reads as much of the file's object as can be read; never fails. */
export function readLoosely(value: object): LooseFile {
  return LOOSE.parse(value);
}

function listOf<T extends z.ZodType>(item: T) {
  // What is no object is one that says nothing: positions stay what they are.
  return z
    .array(z.unknown())
    .catch([])
    .transform((values) => values.map((it) => (isObject(it) ? it : { match: null })))
    .pipe(z.array(item));
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
