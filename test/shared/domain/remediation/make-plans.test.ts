import { describe, expect, it } from 'vitest';
import type { ClusterChange } from '../../../../shared/domain/mitigations/cluster-change.ts';
import type { MitigationContext } from '../../../../shared/domain/mitigations/mitigation.ts';
import type { NodePlacement, NodeSelectorTerm } from '../../../../shared/domain/placement-objects.ts';
import { harmOf } from '../../../../shared/domain/remediation/harm.ts';
import { makePlans } from '../../../../shared/domain/remediation/make-plans.ts';
import { isAutomated, type Plan } from '../../../../shared/domain/remediation/plan.ts';
import { aHandler } from '../../../support/objects.ts';
import { aCause, type CaseParts, contextOf, node } from '../mitigations/case.ts';
import { applyPatch, patchOf, required } from '../mitigations/run-command.ts';

const POOL = { pool: 'virt' };
const DEDICATED = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
const node01 = node('node01', POOL);
const zone = (...values: string[]): NodeSelectorTerm => ({
  matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }],
});
const unready = aHandler('node02', { metadata: { uid: 'pod-1' }, status: { phase: 'Running' } });

/** Each plan as its steps' codes, with `*` where it is for people only. */
const told = (plans: readonly Plan[]) =>
  plans.map((plan) => plan.steps.map(({ code }) => code).join('+') + (isAutomated(plan) ? '' : '*'));
const changesOf = ({ steps }: Plan): readonly ClusterChange[] => steps.flatMap(({ change }) => change ?? []);

interface Row extends CaseParts {
  readonly name: string;
  readonly plans: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    name: 'a label is missing: the label, then the change of the policy that moves its selector',
    policy: { nodeSelector: POOL },
    nodes: [node('node02'), node01],
    plans: ['LabelNode', 'ExtendPlacementAffinity*'],
  },
  {
    name: 'a label has another value, which is somebody’s',
    policy: { nodeSelector: POOL },
    nodes: [node('node02', { pool: 'db' }), node01],
    plans: ['LabelNode*', 'ExtendPlacementAffinity*'],
  },
  {
    name: 'a hostname is missing in a term',
    policy: { affinity: required(zone('node01')) },
    nodes: [node('node02'), node01],
    plans: ['ExtendPlacementAffinity'],
  },
  {
    name: 'the policy names the node: an added term is a program’s, a removed rule is not',
    policy: {
      affinity: required({
        matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'NotIn', values: ['node02'] }],
      }),
    },
    nodes: [node('node02'), node01],
    plans: ['ExtendPlacementAffinity', 'RemovePlacementRule*'],
  },
  {
    name: 'a taint',
    nodes: [node('node02', {}, [DEDICATED]), node01],
    plans: ['AddPlacementToleration'],
  },
  {
    name: 'a label and a taint: in two steps rather than in one big one',
    policy: { nodeSelector: POOL },
    nodes: [node('node02', {}, [DEDICATED]), node01],
    plans: ['LabelNode+AddPlacementToleration', 'ExtendPlacement*'],
  },
  {
    name: 'a hostname and a taint',
    policy: { affinity: required(zone('node01')) },
    nodes: [node('node02', {}, [DEDICATED]), node01],
    plans: ['ExtendPlacement'],
  },
  {
    name: 'another value and a taint: no label',
    policy: { nodeSelector: POOL },
    nodes: [node('node02', { pool: 'db' }, [DEDICATED]), node01],
    plans: ['ExtendPlacement*'],
  },
  {
    name: 'a label and a drain: stand back',
    policy: { nodeSelector: POOL },
    nodes: [node('node02', {}, [{ key: 'kubevirt.io/drain', effect: 'NoSchedule' }]), node01],
    plans: ['WaitForRemediation*'],
  },
];

describe('the plans for a node that the placement excludes', () => {
  it.each(ROWS)('$name', ({ plans, ...parts }) => {
    const found = makePlans(contextOf(parts), [aCause('NodeSelectorMismatch')]);
    expect(told(found)).toEqual(plans);
  });

  it.each(ROWS)('say how they are taken back: $name', (parts) => {
    const context = contextOf(parts);
    for (const { steps } of makePlans(context, [aCause('TaintNotTolerated')])) {
      for (const { owner, inverse, change } of steps) {
        expect(inverse === '').toBe(owner === 'None');
        const object = { Node: context.node, KubeVirt: context.kubeVirt }[owner as 'Node' | 'KubeVirt'];
        if (object === undefined || change?.action !== 'patch') continue;
        const after = applyPatch({ spec: {}, ...object }, change.operations);
        expect(applyPatch(after, patchOf(inverse))).toEqual({ spec: {}, ...object });
        const other = { ...after, metadata: { ...after.metadata, uid: 'other' } };
        expect(() => applyPatch(other, patchOf(inverse))).toThrow('uid');
      }
    }
  });

  it('make the two-step plan of a harmless label and of a toleration that works with it', () => {
    const nodes = [node('node02', {}, [DEDICATED]), node01];
    const context = contextOf({ policy: { nodeSelector: POOL }, nodes });
    const [plan] = makePlans(context, [aCause('NodeSelectorMismatch')]);
    expect(plan?.steps).toMatchObject([
      { code: 'LabelNode', effects: { handlersGained: [], restartsEveryHandler: false } },
      { code: 'AddPlacementToleration', effects: { handlersGained: ['node02'] } },
    ]);
    expect(plan?.steps[0]?.success).toContain('comes with the next one');
    expect(plan && harmOf(plan, context)).toEqual([]);
  });
});

const settled: MitigationContext = { ...contextOf({ nodes: [node('node02')] }), handlerPod: unready };

describe('the plans for other causes', () => {
  it('restart a pod, and look at it', () => {
    const [restart, look] = makePlans(settled, [aCause('HandlerNotReady')]);
    expect(restart?.steps).toMatchObject([
      { code: 'RestartHandlerPod', inverse: '', timeoutMs: 600_000, owner: 'Pod' },
    ]);
    expect(restart && changesOf(restart)).toEqual([
      {
        action: 'delete',
        target: {
          ...{ apiVersion: 'v1', kind: 'Pod', namespace: 'kubevirt', name: 'virt-handler-node02' },
          ...{ uid: 'pod-1', resourceVersion: '1000', generation: undefined },
        },
      },
    ]);
    expect(look?.steps).toMatchObject([{ code: 'FixHandlerPod', change: undefined, owner: 'None' }]);
  });

  it('come after those of the primary cause, each only once', () => {
    const causes = [aCause('ContainerCrash'), aCause('HandlerNotReady'), aCause('NodeNotReady')];
    expect(told(makePlans(settled, causes))).toEqual([
      ...['RestartHandlerPod', 'FixHandlerPod*', 'FixHandlerPod*', 'RepairNode*'],
    ]);
    expect(makePlans(settled, causes)[0]?.cause).toBe('ContainerCrash');
  });

  it('are for people where there is nothing to write', () => {
    const [only, ...more] = makePlans({ ...settled, node: undefined }, [aCause('NodeMissing')]);
    expect(only).toMatchObject({ node: 'node02', nodeUid: '', steps: [{ code: 'RepairNode' }] });
    expect(more).toEqual([]);
  });
});

describe('a change', () => {
  const policy: NodePlacement = { nodeSelector: POOL };
  const nodes = [node('node02'), node01];

  it('goes to the object as it was judged', () => {
    const context = contextOf({ policy, nodes });
    const [label, extend] = makePlans(context, [aCause('NodeSelectorMismatch')]);
    expect(label && changesOf(label)).toEqual([
      {
        action: 'patch',
        target: {
          ...{ apiVersion: 'v1', kind: 'Node', namespace: '', name: 'node02' },
          ...{ uid: 'node-node02', resourceVersion: '1000', generation: undefined },
        },
        operations: [{ op: 'add', path: '/metadata/labels/pool', value: 'virt' }],
        additions: [{ path: ['metadata', 'labels', 'pool'], kind: 'member', value: 'virt' }],
      },
    ]);
    expect(extend && changesOf(extend)).toMatchObject([
      {
        target: { apiVersion: 'kubevirt.io/v1', kind: 'KubeVirt', generation: 3, uid: 'kubevirt' },
        additions: undefined,
      },
    ]);
  });

  it.each([
    ['hco.kubevirt.io/v1', { deployment: { nodePlacements: { workload: {} } } }],
    ['hco.kubevirt.io/v1beta1', { workloads: { nodePlacement: {} } }],
  ])('goes to HyperConverged in the version that has the field: %s', (apiVersion, spec) => {
    const metadata = {
      name: 'hco',
      namespace: 'kubevirt',
      uid: 'hco-1',
      resourceVersion: '7',
      generation: 2,
    };
    const hyperConverged = { kind: 'HyperConverged' as const, apiVersion, metadata, spec };
    const context = contextOf({ nodes: [node('node02', {}, [DEDICATED]), node01], hyperConverged });
    const [plan] = makePlans(context, [aCause('TaintNotTolerated')]);
    expect(plan && changesOf(plan)).toMatchObject([{ target: { apiVersion, uid: 'hco-1' } }]);
  });

  it.each(['uid', 'resourceVersion'])(
    'is not made for an object without %s, which is left to people',
    (field) => {
      const [first, ...rest] = nodes;
      const nameless = first && { ...first, metadata: { ...first.metadata, [field]: undefined } };
      const context = contextOf({ policy, nodes: nameless ? [nameless, ...rest] : [] });
      const [label] = makePlans(context, [aCause('NodeSelectorMismatch')]);
      expect(label?.steps).toMatchObject([{ code: 'LabelNode', change: undefined }]);
      expect(told(label ? [label] : [])).toEqual(['LabelNode*']);
    },
  );
});

describe('the time that success may take', () => {
  const timeout = (count: number, parts: CaseParts, code = 'NodeSelectorMismatch' as const) => {
    const more = Array.from({ length: count }, (_, index) => node(`more-${index}`, POOL));
    const context = contextOf({ ...parts, nodes: [...parts.nodes, ...more] });
    return makePlans(context, [aCause(code)]).map(({ steps }) => steps.map((step) => step.timeoutMs));
  };
  const excluded = { policy: { nodeSelector: POOL }, nodes: [node('node02')] };

  it('grows with the virt-handlers that restart, up to an hour', () => {
    expect(timeout(3, excluded)).toEqual([[180_000], [60_000 + 180_000 + 3 * 18_000]]);
    expect(timeout(500, excluded)).toEqual([[180_000], [3_600_000]]);
  });
});

describe('the id of a plan', () => {
  const parts = { policy: { nodeSelector: POOL }, nodes: [node('node02'), node01] };
  const idOf = (change: object = {}, context: MitigationContext = contextOf(parts)) => {
    const its = context.node && { ...context.node, metadata: { ...context.node.metadata, ...change } };
    return makePlans({ ...context, node: its }, [aCause('NodeSelectorMismatch')])[0]?.id;
  };

  it('is 16 hexadecimal digits, the same whatever version the objects have', () => {
    expect(idOf()).toMatch(/^[0-9a-f]{16}$/);
    expect(idOf({ resourceVersion: '2000', generation: 8 })).toBe(idOf());
  });

  it('is another one for a node that was made anew, and for another change', () => {
    const other = { ...parts, policy: { nodeSelector: { pool: 'other' } } };
    const ids = [idOf(), idOf({ uid: 'node-anew' }), idOf({}, contextOf(other))];
    expect(new Set(ids).size).toBe(3);
  });

  it('is the same for people, whatever pod the command names', () => {
    const ids = ['a', 'b'].map((name) => {
      const handlerPod = aHandler('node02', { name, status: { phase: 'Pending' } });
      return makePlans({ ...settled, handlerPod }, [aCause('ImagePullFailure')])[0]?.id;
    });
    expect(ids[0]).toBe(ids[1]);
  });
});
