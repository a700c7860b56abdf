import type * as z from 'zod';
import type { Routing } from '../domain/notifications/routing.ts';
import { type DurationMs, durationMs } from '../domain/units.ts';
import { ConfigInvalidError } from '../errors/errors.ts';
import type { SecretMaker } from './channel-fields.ts';
import { toChannel } from './channel-schema.ts';
import type { ChannelSettings } from './channel-settings.ts';
import { readLoosely } from './loose-file.ts';
import { type Mistake, tellMistakes, toMistake } from './mistakes.ts';
import { referenceMistakes } from './notify-references.ts';
import { notifySchema } from './notify-schema.ts';
import { toRoute, toSilence, toTimeWindow } from './routing-schema.ts';
import { type SecretSource, secretOf, secretProblem } from './secrets.ts';
import { readYaml } from './yaml.ts';

/** Who is told of incidents, how and when. */
export interface NotifyConfig {
  readonly channels: readonly ChannelSettings[];
  readonly routing: Routing;
  /** From so many nodes with one cause within this time on, one message is sent for all. */
  readonly storm: { readonly minNodes: number; readonly windowMs: DurationMs };
  /** How long an open incident may wait for its diagnosis before it is told without one. */
  readonly diagnosisWaitMs: DurationMs;
  /** How long an incident that returns and goes is not told anew. */
  readonly flapQuietMs: DurationMs;
  /** URLs in which `{{node}}`, `{{cluster}}` and `{{namespace}}` are to be filled. */
  readonly links: {
    readonly runbook?: string | undefined;
    readonly dashboard?: string | undefined;
    readonly incident?: string | undefined;
  };
}

export interface NotifyInput {
  /** What the file is called in messages. */
  readonly file: string;
  readonly secrets: SecretSource;
  /** Takes secrets that cannot be used now, a sentence each; without it they are mistakes. */
  readonly onUnusableSecret?: (problem: string) => void;
}

/** Without a file: what is open, and what is worse, is logged. */
const WITHOUT_FILE = 'channels: [{type: log, name: log}]\nroutes: [{name: log, channels: [log]}]';

/** What holds when no file is named: the log is told, and nobody else. */
export function usualNotifyConfig(): NotifyConfig {
  return parseNotifyConfig(WITHOUT_FILE, { file: '', secrets: { readFile: () => '', env: {} } });
}

/**
 * Reads the text of the file, all of it or nothing.
 *
 * @throws ConfigInvalidError that names every mistake, with its place and what is allowed, in one line, and no secret
 */
export function parseNotifyConfig(text: string, input: NotifyInput): NotifyConfig {
  const read = readYaml(text);
  if (read.problem !== undefined) throw invalid(`${input.file} ${read.problem}`);
  const unusable: string[] = [];
  const result = notifySchema(strictSecrets(input.secrets, unusable)).safeParse(read.value);
  const issues = (result.error?.issues ?? [])
    .map(toMistake)
    .filter((it) => !isSwitchedOff(read.value, it, unusable));
  const isExcused = ({ what }: Mistake): boolean =>
    input.onUnusableSecret !== undefined && unusable.includes(what);
  const mistakes = [...issues.filter((it) => !isExcused(it)), ...referenceMistakes(read.value)];
  if (mistakes.length > 0) throw invalid(tellMistakes(input.file, mistakes));
  for (const { what } of issues) input.onUnusableSecret?.(what);
  // What is left are secrets that are excused, or of channels that are switched off.
  return toConfig(result.data ?? notifySchema(anySecrets(input.secrets)).parse(read.value));
}

/** Whether it is about a secret that nobody needs. */
function isSwitchedOff(value: object, { path, what }: Mistake, unusable: readonly string[]): boolean {
  const [part, index] = path;
  if (part !== 'channels' || typeof index !== 'number' || !unusable.includes(what)) return false;
  return readLoosely(value).channels[index]?.enabled === false;
}

/** Secrets of which one that cannot be used is a mistake. */
function strictSecrets(secrets: SecretSource, unusable: string[]): SecretMaker {
  return (reference, shape) => {
    const problem = secretProblem(secrets, reference, shape);
    if (problem === undefined) return secretOf(secrets, reference, shape);
    unusable.push(problem);
    return problem;
  };
}

function anySecrets(secrets: SecretSource): SecretMaker {
  return (reference, shape) => secretOf(secrets, reference, shape);
}

function toConfig(read: z.infer<ReturnType<typeof notifySchema>>): NotifyConfig {
  const channels = read.channels.map(toChannel);
  const storm = { minNodes: read.storm?.minNodes ?? 5, windowMs: seconds(read.storm?.windowSeconds ?? 300) };
  return {
    channels,
    routing: {
      routes: read.routes.map(toRoute),
      muteWindows: (read.muteWindows ?? []).map(toTimeWindow),
      silences: (read.silences ?? []).map(toSilence),
      disabledChannels: channels.filter(({ enabled }) => !enabled).map(({ name }) => name),
    },
    storm,
    diagnosisWaitMs: seconds(read.diagnosisWaitSeconds),
    flapQuietMs: seconds(read.flapQuietSeconds),
    links: read.links ?? {},
  };
}

function seconds(value: number): DurationMs {
  return durationMs(value * 1_000);
}

function invalid(message: string): ConfigInvalidError {
  return new ConfigInvalidError(
    message,
    'Correct the file and start again; kubevirt-orphans route checks it.',
  );
}
