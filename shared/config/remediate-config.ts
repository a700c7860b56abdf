import type * as z from 'zod';
import {
  type RemediationMode,
  type RemediationPolicy,
  USUAL_POLICY,
} from '../domain/remediation/remediation-policy.ts';
import { type DurationMs, durationMs } from '../domain/units.ts';
import { ConfigInvalidError } from '../errors/errors.ts';
import { tellMistakes, toMistake } from './mistakes.ts';
import { remediateContradictions } from './remediate-contradictions.ts';
import { remediateSchema } from './remediate-schema.ts';
import { toTimeWindow } from './routing-schema.ts';
import { readRight, type Secret, type SecretSource, secretProblem } from './secrets.ts';
import { readYaml } from './yaml.ts';

/** What may be repaired without asking, and how people approve the rest. */
export interface RemediateConfig {
  readonly policy: RemediationPolicy;
  /** How links that approve are made; `undefined`: there are none. */
  readonly approval: { readonly linkUrl: URL; readonly key: Secret } | undefined;
  /** What is allowed, and hardly meant: a sentence each. */
  readonly warnings: readonly string[];
}

export interface RemediateInput {
  /** What the file is called in messages. */
  readonly file: string;
  readonly secrets: SecretSource;
  /** Whether the key of approvals is read now; whoever sends no links need not have it. It is unless told. */
  readonly isKeyNeeded?: boolean;
}

/**
 * Reads the text of the file, all of it or nothing.
 *
 * @throws ConfigInvalidError that names every mistake, with its place and what is allowed, in one line, and no secret
 */
export function parseRemediateConfig(
  text: string,
  { file, secrets, isKeyNeeded = true }: RemediateInput,
): RemediateConfig {
  const read = readYaml(text);
  if (read.problem !== undefined) throw invalid(`${file} ${read.problem}`);
  const schema = remediateSchema((reference, shape) => {
    const problem = isKeyNeeded ? secretProblem(secrets, reference, shape) : undefined;
    return problem ?? (() => keyOf(readRight(secrets, reference, shape)));
  });
  const result = schema.safeParse(read.value);
  const mistakes = [...(result.error?.issues ?? []).map(toMistake), ...remediateContradictions(read.value)];
  if (!result.success || mistakes.length > 0) throw invalid(tellMistakes(file, mistakes));
  const policy = toPolicy(result.data);
  return { policy, approval: result.data.approval, warnings: warningsOf(policy) };
}

function toPolicy(read: z.infer<ReturnType<typeof remediateSchema>>): RemediationPolicy {
  return {
    mode: read.mode,
    stepModes: told(read.steps),
    causeModes: told(read.causes),
    budget: read.budget ?? USUAL_POLICY.budget,
    holdOffMs: seconds(read.holdOffSeconds),
    cooldownMs: seconds(read.cooldownSeconds),
    stormCooldownMs: seconds(read.stormCooldownSeconds),
    approvalMs: seconds(read.approvalSeconds),
    pauses: read.paused ?? [],
    maintenanceWindows: (read.maintenanceWindows ?? []).map(toTimeWindow),
    approvers: read.approvers ?? [],
  };
}

function told<Name extends string>(
  modes: Readonly<Partial<Record<Name, RemediationMode | undefined>>> | undefined,
): Readonly<Partial<Record<Name, RemediationMode>>> {
  const entries = Object.entries(modes ?? {}).filter(([, mode]) => mode !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Name, RemediationMode>>;
}

function warningsOf({ budget }: RemediationPolicy): readonly string[] {
  return (['nodes', 'percent'] as const)
    .filter((bound) => budget[bound] === 0)
    .map((bound) => `budget.${bound} is 0: nothing is ever written, whatever the modes are.`);
}

function keyOf({ text, problem }: ReturnType<typeof readRight>): string {
  if (text !== undefined) return text;
  throw invalid(
    `the key of approvals cannot be used: ${problem}`,
    'It is read with every use: put the right key there.',
  );
}

function seconds(value: number): DurationMs {
  return durationMs(value * 1_000);
}

function invalid(
  message: string,
  hint = 'Correct the file that REMEDIATE_CONFIG names and start again.',
): ConfigInvalidError {
  return new ConfigInvalidError(message, hint);
}
