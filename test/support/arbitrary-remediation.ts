import fc from 'fast-check';
import { CAUSE_CODES } from '../../shared/domain/causes/cause.ts';
import type {
  Addition,
  ChangeTarget,
  ClusterChange,
} from '../../shared/domain/mitigations/cluster-change.ts';
import type { PatchOperation } from '../../shared/domain/mitigations/json-patch.ts';
import {
  MITIGATION_CODES,
  MITIGATION_OWNERS,
  MITIGATION_RISKS,
} from '../../shared/domain/mitigations/mitigation.ts';
import { GATE_CODES } from '../../shared/domain/remediation/gate.ts';
import type { Plan } from '../../shared/domain/remediation/plan.ts';
import {
  ATTEMPT_OUTCOMES,
  type Remediation,
  RUN_PHASES,
  type Run,
} from '../../shared/domain/remediation/remediation.ts';
import { REMEDIATION_MODES } from '../../shared/domain/remediation/remediation-policy.ts';
import { durationMs, epochMs } from '../../shared/domain/units.ts';

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const few = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 3 });
const time = fc.integer({ min: 0, max: 253_402_300_799_999 }).map(epochMs);
const duration = fc.nat().map(durationMs);
const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
/** As it comes back from JSON, which knows no -0. */
const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));

const target: fc.Arbitrary<ChangeTarget> = fc.record({
  apiVersion: fc.constantFrom('v1', 'kubevirt.io/v1', 'hco.kubevirt.io/v1beta1'),
  kind: fc.constantFrom('Node', 'KubeVirt', 'HyperConverged', 'Pod'),
  namespace: fc.oneof(fc.constant(''), name),
  name,
  uid: fc.uuid(),
  resourceVersion: fc.nat().map(String),
  generation: maybe(fc.nat()),
});
const operation: fc.Arbitrary<PatchOperation> = fc.record({
  op: fc.constantFrom('test', 'add', 'replace', 'remove'),
  path: fc.string(),
  value: json,
});
const addition: fc.Arbitrary<Addition> = fc.record({
  path: few(fc.oneof(fc.string(), fc.nat())),
  kind: fc.constantFrom('member', 'item'),
  value: json,
});
const change: fc.Arbitrary<ClusterChange> = fc.oneof(
  fc.record({
    action: fc.constant('patch' as const),
    target,
    operations: few(operation),
    additions: maybe(few(addition)),
  }),
  fc.record({ action: fc.constant('delete' as const), target }),
);
const plan: fc.Arbitrary<Plan> = fc.record({
  id: fc.stringMatching(/^[0-9a-f]{16}$/),
  node: name,
  nodeUid: fc.oneof(fc.constant(''), fc.uuid()),
  cause: fc.constantFrom(...CAUSE_CODES),
  steps: fc.array(
    fc.record({
      code: fc.constantFrom(...MITIGATION_CODES),
      summary: fc.string(),
      command: fc.string(),
      risk: fc.constantFrom(...MITIGATION_RISKS),
      owner: fc.constantFrom(...MITIGATION_OWNERS),
      effects: fc.record({
        handlersGained: few(name),
        handlersLost: few(name),
        restartsEveryHandler: fc.boolean(),
      }),
      change: maybe(change),
      inverse: fc.string(),
      success: fc.string(),
      timeoutMs: duration,
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
const reason = fc.record({ code: fc.string(), message: fc.string() });
const run: fc.Arbitrary<Run> = fc.record({
  number: fc.integer({ min: 1 }),
  plan,
  episode: fc.integer({ min: 1 }),
  revision: fc.integer({ min: 1 }),
  mode: fc.constantFrom(...REMEDIATION_MODES),
  phase: fc.constantFrom(...RUN_PHASES),
  since: time,
  proposedAt: time,
  approval: maybe(fc.record({ by: fc.string(), at: time, revision: fc.nat(), planId: maybe(fc.string()) })),
  startedAt: maybe(time),
  step: fc.nat(),
  written: few(fc.record({ step: fc.nat(), at: time, generation: maybe(fc.nat()) })),
  withoutHandler: few(name),
  successSince: maybe(time),
  gates: few(fc.record({ code: fc.constantFrom(...GATE_CODES), open: fc.boolean(), message: fc.string() })),
  refusedFor: few(fc.constantFrom(...GATE_CODES)),
  refusals: fc.nat(),
  failure: maybe(reason),
});

/** Any remediation that the types allow, whether or not the state machine would make it. */
export const arbitraryRemediation: fc.Arbitrary<Remediation> = fc.record({
  run: maybe(run),
  attempts: few(
    fc.record({
      number: fc.integer({ min: 1 }),
      planId: fc.string(),
      steps: fc.string(),
      episode: fc.integer({ min: 1 }),
      outcome: fc.constantFrom(...ATTEMPT_OUTCOMES),
      reason,
      startedAt: maybe(time),
      endedAt: time,
      by: fc.string(),
      isReverted: fc.boolean(),
    }),
  ),
  changes: few(fc.record({ run: fc.nat(), step: fc.nat(), change, at: time })),
  contests: few(fc.record({ at: time, afterMs: duration, what: fc.string() })),
  runs: fc.nat(),
});
