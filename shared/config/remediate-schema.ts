import { CAUSE_CODES } from '../domain/causes/cause.ts';
import { AUTOMATED_STEPS } from '../domain/remediation/plan.ts';
import {
  REMEDIATION_MODES,
  type RemediationMode,
  USUAL_POLICY,
} from '../domain/remediation/remediation-policy.ts';
import type { DurationMs } from '../domain/units.ts';
import { type SecretMaker, secretFields } from './channel-fields.ts';
import { closed, type Leaf, list, optional, required, text, whole, withDefault, word } from './fields.ts';
import { pattern, sentence } from './routing-fields.ts';
import { timeWindow } from './routing-schema.ts';
import { isHttpUrl } from './secrets.ts';

/** How many of each the file may have. */
const MAX_PARTS = 200;
/** One node at a time. It is not enough for `Auto`. */
const USUAL_BUDGET = USUAL_POLICY.budget;

const BUDGET = closed({
  nodes: required(
    whole(
      'nodes',
      [USUAL_BUDGET.nodes, 0, 10_000],
      'how many may be touched at once; 0: nothing is ever written',
    ),
  ),
  percent: required(
    whole(
      'percent',
      [USUAL_BUDGET.percent, 0, 100],
      'the same, of the nodes that should have a virt-handler, rounded up; the stricter holds',
    ),
  ),
});

/** The schema of the whole file. @param make - makes a secret of where it is, or says what is wrong with it */
export function remediateSchema(make: SecretMaker) {
  const { secret } = secretFields(make);
  return closed({
    mode: withDefault(
      mode('for what is not told otherwise: Observe proposes, Approve asks, Auto writes', 'Observe'),
      'Observe',
    ),
    steps: closed(modes(AUTOMATED_STEPS, 'for plans with this step')).optional(),
    causes: closed(
      modes(CAUSE_CODES, 'for plans against this cause; the least of steps and cause holds'),
    ).optional(),
    budget: BUDGET.optional(),
    holdOffSeconds: seconds(
      [USUAL_POLICY.holdOffMs, 0, 86_400],
      'how long a node has to be orphaned before anything is done',
    ),
    cooldownSeconds: seconds(
      [USUAL_POLICY.cooldownMs, 0, 86_400],
      'how long a node is left alone after something was done',
    ),
    stormCooldownSeconds: seconds(
      [USUAL_POLICY.stormCooldownMs, 0, 1_800],
      'how long it has to be calm after a storm before anything new is begun',
    ),
    approvalSeconds: seconds([USUAL_POLICY.approvalMs, 60, 900], 'how long an approval is good for'),
    paused: list(
      closed({
        reason: required(sentence('why nothing is begun')),
        nodes: required(pattern('which nodes it holds for')),
      }),
      { min: 0, max: MAX_PARTS },
    ).optional(),
    maintenanceWindows: list(timeWindow('what messages call it'), { min: 0, max: MAX_PARTS }).optional(),
    approvers: list(required(SOURCE), { min: 0, max: MAX_PARTS }).optional(),
    approval: closed({
      linkUrl: required(LINK_URL),
      key: secret('approvalKey', 'what links that approve are signed with'),
    }).optional(),
  });
}

/** Source: CloudEvents 1.0.2, `source`: a URI-reference that is not empty. */
const SOURCE = text(
  {
    unit: 'source',
    allowed: '1 to 1000 characters without blanks',
    what: 'whose `remediation.approved` events are believed, exactly',
  },
  (it) => /^[!-~]{1,1000}$/.test(it),
  true,
);

const LINK_URL: Leaf<URL> = {
  row: {
    unit: 'URL',
    allowed: 'an https URL without user, password, query and fragment',
    what: 'where people reach `remediate`: what links that approve begin with',
  },
  read: (value) =>
    typeof value === 'string' &&
    value.length <= 1_000 &&
    /^https:\/\/[^?#]+$/i.test(value) &&
    isHttpUrl(value)
      ? new URL(value)
      : undefined,
  isShown: false,
};

function mode(what: string, fallback: RemediationMode | ''): Leaf<RemediationMode> {
  return word(REMEDIATION_MODES, { what, default: fallback });
}

function modes<T extends string>(names: readonly T[], what: string) {
  const entries = names.map((name) => [name, optional(mode(what, ''))] as const);
  return Object.fromEntries(entries) as Record<T, ReturnType<typeof optional<RemediationMode>>>;
}

function seconds([usualMs, min, max]: readonly [DurationMs, number, number], what: string) {
  const usual = usualMs / 1_000;
  return withDefault(whole('seconds', [usual, min, max], what), usual);
}
