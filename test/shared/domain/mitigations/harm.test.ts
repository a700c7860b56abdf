import { expect, it } from 'vitest';
import { findMitigations } from '../../../../shared/domain/mitigations/find-mitigations.ts';
import { currentPlacement } from '../../../../shared/domain/mitigations/simulate.ts';
import { aDaemonSet } from '../../../support/objects.ts';
import { aCause, contextOf, kubeVirtWith, node } from './case.ts';
import { required } from './run-command.ts';

const POOL = { pool: 'virt' };
const POLICY = { nodeSelector: POOL };
/** Kept from its handler by nothing but the next restart. */
const spared = node('node03', POOL, [{ key: 'maintenance', effect: 'NoSchedule' }]);
const excluded = node('node02', { pool: 'db' }, [{ key: 'dedicated', effect: 'NoSchedule' }]);
const cause = aCause('NodeSelectorMismatch');

it('offers no patch whose rollout costs a node with workload its handler, and says which', () => {
  const nodes = [excluded, node('node01', POOL), spared];
  const found = findMitigations(cause, contextOf({ policy: POLICY, nodes, spared: ['node03'] }));
  expect(found.map(({ code }) => code)).toEqual(['ReviewPlacement']);
  expect(found[0]?.summary).toContain('takes it from node03');
  expect(found[0]?.command).toBe('kubectl get kubevirts/kubevirt -n kubevirt -o yaml');
});

it('offers it as a high risk when that node has no workload, and says so', () => {
  const nodes = [excluded, node('node01', POOL), spared];
  const found = findMitigations(
    cause,
    contextOf({ policy: POLICY, nodes, spared: ['node03'], idle: ['node03'] }),
  );
  expect(found).toMatchObject([
    { code: 'ExtendPlacement', risk: 'High', effects: { handlersLost: ['node03'] } },
  ]);
  expect(found[0]?.summary).toContain('Nodes without workload that lose theirs: node03.');
});

it('takes no blame for a handler that the controller is deleting already', () => {
  const nodes = [node('node02', { pool: 'db' }), node('node01', POOL), node('node03', { pool: 'old' })];
  const found = findMitigations(cause, contextOf({ policy: POLICY, nodes, spared: ['node03'] }));
  expect(found.map(({ code }) => code)).toEqual(['LabelNode', 'ExtendPlacementAffinity']);
  expect(found[1]?.effects).toMatchObject({ handlersGained: ['node02'], handlersLost: [] });
});

it('offers the label, which restarts nothing, also then', () => {
  const nodes = [node('node02'), node('node01', POOL), spared];
  const found = findMitigations(cause, contextOf({ policy: POLICY, nodes, spared: ['node03'] }));
  expect(found).toMatchObject([
    {
      code: 'LabelNode',
      risk: 'Low',
      owner: 'Node',
      command: 'kubectl label node node02 pool=virt',
      effects: { handlersGained: ['node02'], handlersLost: [], restartsEveryHandler: false },
    },
  ]);
});

it('tells which toleration ends, where nothing else keeps the handler away', () => {
  const tolerations = [{ key: 'dedicated', operator: 'Exists', tolerationSeconds: 60 }];
  const timed = node('node02', POOL, [{ key: 'dedicated', effect: 'NoExecute' }]);
  const [only, ...more] = findMitigations(
    aCause('TaintNotTolerated'),
    contextOf({ policy: { ...POLICY, tolerations }, nodes: [timed, node('node01', POOL)] }),
  );
  expect(only).toMatchObject({ code: 'ReviewPlacement', owner: 'None' });
  expect(only?.summary).toContain('take tolerationSeconds out of');
  expect(more).toEqual([]);
});

it('waits while the policy is not in the DaemonSet', () => {
  const nodes = [node('node02'), node('node01', POOL)];
  const context = contextOf({ policy: POLICY, nodes });
  const { placement: _, ...rest } = context;
  const metadata = { ...aDaemonSet().metadata, annotations: { 'kubevirt.io/generation': '2' } };
  const older = { ...rest, daemonSet: { ...rest.daemonSet, kind: 'DaemonSet' as const, metadata } };
  const other = { ...rest, kubeVirt: kubeVirtWith({ nodeSelector: { ...POOL, more: 'x' } }) };
  for (const pending of [older, other]) {
    const { daemonSet, kubeVirt } = pending;
    const placement = currentPlacement(daemonSet, kubeVirt, context.nodes);
    expect(findMitigations(cause, { ...pending, placement })).toMatchObject([
      { code: 'WaitForRollout', command: 'kubectl rollout status daemonset/virt-handler -n kubevirt' },
    ]);
  }
});

it('says that it needs the objects which it cannot do without', () => {
  const context = contextOf({ policy: POLICY, nodes: [excluded, node('node01', POOL)] });
  const reasons = [{ placement: undefined }, { node: undefined }, { kubeVirt: undefined }].map(
    (missing) => findMitigations(cause, { ...context, ...missing }).at(-1)?.summary,
  );
  expect(reasons).toEqual([
    expect.stringContaining('the DaemonSet or the node was not read'),
    expect.stringContaining('the DaemonSet or the node was not read'),
    expect.stringContaining("The DaemonSet's nodeSelector wants pool=virt"),
  ]);
});

it('never puts a term where there was no required affinity, and never touches a term that is there', () => {
  const terms = required({ matchExpressions: [{ key: 'zone', operator: 'Gt', values: ['5'] }] });
  for (const affinity of [undefined, terms]) {
    const policy = affinity === undefined ? undefined : { affinity };
    const found = findMitigations(
      cause,
      contextOf({ policy, nodes: [excluded, node('node01', { zone: '9' })] }),
    );
    const terms_ = found.flatMap(({ command }) => command.match(/nodeSelectorTerms[^"]*/g) ?? []);
    expect(terms_).toEqual(affinity === undefined ? [] : ['nodeSelectorTerms/-']);
  }
});
