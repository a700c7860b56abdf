import type { Condition } from './objects.ts';

/** What virt-operator says of itself after a pass. */
export type Outcome = 'ready' | 'in-progress' | { readonly error: string };

/** A condition of the KubeVirt resource. */
export interface OperatorCondition extends Condition {
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

interface Said {
  readonly reason: string;
  readonly message: string;
  readonly true: readonly string[];
}

const SAID: Readonly<Record<'ready' | 'in-progress' | 'failed', Said>> = {
  ready: { reason: 'AllComponentsReady', message: 'All components are ready.', true: ['Available'] },
  'in-progress': {
    reason: 'DeploymentInProgress',
    message: 'Deploying version v1.9.0 with registry quay.io/kubevirt',
    true: ['Progressing'],
  },
  failed: { reason: 'DeploymentFailed', message: '', true: ['Degraded'] },
};

/** The conditions that follow, as recorded; those that say the same as before keep the time of their transition. */
export function operatorConditions(
  outcome: Outcome,
  before: readonly OperatorCondition[],
  now: string,
): readonly OperatorCondition[] {
  const failure =
    typeof outcome === 'object' ? `An error occurred during deployment: ${outcome.error}` : undefined;
  const { reason, message, true: met } = SAID[typeof outcome === 'object' ? 'failed' : outcome];
  const types = ['Available', 'Progressing', 'Degraded', ...(failure === undefined ? [] : ['Synchronized'])];
  const created = { type: 'Created', status: 'True', reason: 'AllResourcesCreated' } as const;
  const said = types.map((type) => ({
    type,
    status: met.includes(type) ? ('True' as const) : ('False' as const),
    reason,
    message: failure ?? message,
  }));
  return [{ ...created, message: 'All resources were created.' }, ...said].map((condition) => {
    const same = before.find(({ type, status }) => type === condition.type && status === condition.status);
    return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? now };
  });
}
