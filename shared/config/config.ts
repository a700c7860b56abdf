import { z } from 'zod';
import { type DurationMs, durationMs } from '../domain/units.ts';
import { NUMBERS, type NumberVariable, TEXTS, VARIABLES, type Variable } from './variables.ts';
import { wrongVariables } from './wrong-variables.ts';

/** What a served function, or all of them in one process, is told. */
export interface Config {
  readonly port: number;
  /** `undefined`: nothing was said. Whether that is a mistake depends on the command. */
  readonly sink: URL | undefined;
  readonly sinkExtensions: Readonly<Record<string, string>>;
  readonly sinkCaCerts: string | undefined;
  readonly sinkTimeoutMs: DurationMs;
  readonly clusterName: string;
  readonly graceMs: DurationMs;
  readonly shutdownGraceMs: DurationMs;
  readonly tickMs: DurationMs;
  readonly sweepMs: DurationMs;
  readonly maxBodyBytes: number;
  readonly maxConcurrentEvents: number;
  /** The audit that is asked for by a request that says nothing at all; `undefined`: it is refused. */
  readonly cronScope: 'all' | 'unsettled' | undefined;
  readonly podNamespace: string | undefined;
  readonly kubeconfig: string | undefined;
  readonly alertAccess: AlertAccessConfig;
  /** Whether only the one that leads works, of several that run. */
  readonly leaderElection: boolean;
  /** The file that says who is told of incidents; `undefined`: only the log is. */
  readonly notifyConfig: string | undefined;
  /** The file that says what may be repaired without asking; `undefined`: repairs are only proposed. */
  readonly remediateConfig: string | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** Who may send alerts. Neither files nor `isInsecure`: nobody. Never both. */
export interface AlertAccessConfig {
  /** Path of a file of bearer tokens. */
  readonly tokenFile: string | undefined;
  /** Path of a file of logins for basic authentication. */
  readonly basicAuthFile: string | undefined;
  readonly isInsecure: boolean;
}

/** What a function is told that is served on its own: it has nowhere else to publish to. */
export interface ServedConfig extends Config {
  readonly sink: URL;
}

/** `process.env`, or what a test makes of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';

/**
 * Names of extensions are those of CloudEvents 1.0.2 ("Naming Conventions"). What an event is known and filtered by is
 * not to be overridden: two events would have one id.
 */
const OVERRIDES = z.looseObject({
  extensions: z
    .record(
      z.string().regex(/^(?!(?:id|source|type|specversion|data|datacontenttype)$)[a-z0-9]+$/),
      z.string(),
    )
    .default({}),
});

const SCHEMA = z.object({
  PORT: wholeNumber(NUMBERS.port),
  GRACE_SECONDS: wholeNumber(NUMBERS.graceSeconds),
  TICK_SECONDS: wholeNumber(NUMBERS.tickSeconds),
  SWEEP_SECONDS: wholeNumber(NUMBERS.sweepSeconds),
  SINK_TIMEOUT_SECONDS: wholeNumber(NUMBERS.sinkTimeoutSeconds),
  SHUTDOWN_GRACE_SECONDS: wholeNumber(NUMBERS.shutdownGraceSeconds),
  MAX_BODY_BYTES: wholeNumber(NUMBERS.maxBodyBytes),
  MAX_CONCURRENT_EVENTS: wholeNumber(NUMBERS.maxConcurrentEvents),
  K_SINK: z
    .string()
    .refine((text) => /^https?:\/\//i.test(text) && URL.canParse(text))
    .transform((text) => new URL(text))
    .optional(),
  K_CE_OVERRIDES: z.string().default('{}').transform(parseJson).pipe(OVERRIDES),
  K_CA_CERTS: z.string().includes('-----BEGIN CERTIFICATE-----').optional(),
  CRON_SCOPE: z.enum(['all', 'unsettled']).optional(),
  CLUSTER_NAME: z
    .string()
    .regex(/^[A-Za-z\d]([-.\w]{0,61}[A-Za-z\d])?$/)
    .default(TEXTS.clusterName.default),
  POD_NAMESPACE: z
    .string()
    .regex(new RegExp(`^${LABEL}$`))
    .optional(),
  KUBECONFIG: z.string().optional(),
  ALERT_WEBHOOK_TOKEN_FILE: z.string().optional(),
  ALERT_WEBHOOK_BASIC_AUTH_FILE: z.string().optional(),
  ALERT_WEBHOOK_INSECURE: z.enum(['true', 'false']).default(TEXTS.alertInsecure.default),
  LEADER_ELECTION: z.enum(['true', 'false']).default(TEXTS.leaderElection.default),
  NOTIFY_CONFIG: z.string().optional(),
  REMEDIATE_CONFIG: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default(TEXTS.logLevel.default),
});

/**
 * Reads the environment, all of it or nothing. A variable that is empty is one that is not set; unknown ones are not looked at.
 *
 * @throws ConfigInvalidError that names every mistake, with its value and what is allowed, in one line
 */
export function readConfig(env: Environment): Config {
  return readRequiring([], env);
}

/** The same for a function that is served on its own, which needs a sink. @throws ConfigInvalidError, as `readConfig` */
export function readServedConfig(env: Environment): ServedConfig {
  return readRequiring([TEXTS.sink], env) as ServedConfig;
}

function readRequiring(required: readonly Variable[], env: Environment): Config {
  const result = SCHEMA.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
  );
  const wrong = new Set(result.error?.issues.map(({ path: [name] }) => String(name)));
  for (const { name } of required) if (!env[name]) wrong.add(name);
  if (isContradictory(env)) wrong.add(TEXTS.alertInsecure.name);
  if (!result.success || wrong.size > 0) {
    throw wrongVariables(
      VARIABLES.filter(({ name }) => wrong.has(name)),
      env,
    );
  }
  return toConfig(result.data);
}

/** Whoever set a secret did not mean that none is needed. */
function isContradictory(env: Environment): boolean {
  const { alertInsecure, alertTokenFile, alertBasicAuthFile } = TEXTS;
  const hasSecrets = [alertTokenFile, alertBasicAuthFile].some(({ name }) => Boolean(env[name]));
  return env[alertInsecure.name] === 'true' && hasSecrets;
}

function toConfig(read: z.infer<typeof SCHEMA>): Config {
  return {
    port: read.PORT,
    sink: read.K_SINK,
    sinkExtensions: read.K_CE_OVERRIDES.extensions,
    sinkCaCerts: read.K_CA_CERTS,
    sinkTimeoutMs: seconds(read.SINK_TIMEOUT_SECONDS),
    clusterName: read.CLUSTER_NAME,
    graceMs: seconds(read.GRACE_SECONDS),
    shutdownGraceMs: seconds(read.SHUTDOWN_GRACE_SECONDS),
    tickMs: seconds(read.TICK_SECONDS),
    sweepMs: seconds(read.SWEEP_SECONDS),
    maxBodyBytes: read.MAX_BODY_BYTES,
    maxConcurrentEvents: read.MAX_CONCURRENT_EVENTS,
    cronScope: read.CRON_SCOPE,
    podNamespace: read.POD_NAMESPACE,
    kubeconfig: read.KUBECONFIG,
    alertAccess: {
      tokenFile: read.ALERT_WEBHOOK_TOKEN_FILE,
      basicAuthFile: read.ALERT_WEBHOOK_BASIC_AUTH_FILE,
      isInsecure: read.ALERT_WEBHOOK_INSECURE === 'true',
    },
    leaderElection: read.LEADER_ELECTION === 'true',
    notifyConfig: read.NOTIFY_CONFIG,
    remediateConfig: read.REMEDIATE_CONFIG,
    logLevel: read.LOG_LEVEL,
  };
}

function wholeNumber({ min, max, default: fallback }: NumberVariable): z.ZodType<number> {
  // Only digits: Number() would also take " 1", "1e3" and "0x10".
  const text = z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number);
  return z
    .string()
    .default(fallback)
    .pipe(text)
    .pipe(z.number().min(min).max(max)) as unknown as z.ZodType<number>;
}

function seconds(value: number): DurationMs {
  return durationMs(value * 1_000);
}

/** What is no JSON is nothing that the schema allows. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
