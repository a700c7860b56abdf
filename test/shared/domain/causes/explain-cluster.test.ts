import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSE_CODES } from '../../../../shared/domain/causes/cause.ts';
import { explainCluster } from '../../../../shared/domain/causes/explain-cluster.ts';
import { judgeCluster } from '../../../../shared/domain/judge-cluster.ts';
import { type ClusterObject, KINDS, type Kind } from '../../../../shared/domain/objects.ts';
import { arbitraryCluster } from '../../../support/arbitrary-cluster.ts';
import { factsOf } from '../../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode } from '../../../support/objects.ts';

function explain(objects: readonly ClusterObject[], unread: readonly Kind[] = []) {
  const facts = factsOf(objects, unread);
  return explainCluster(facts, judgeCluster(facts));
}

describe('explainCluster', () => {
  it('names a cause, with evidence, for every node that is orphaned or at risk, and for no other', () => {
    fc.assert(
      fc.property(arbitraryCluster, fc.subarray([...KINDS]), (objects, unread) => {
        for (const { verdict, causes } of explain(objects, unread)) {
          expect(causes.length > 0).toBe(verdict === 'Orphaned' || verdict === 'AtRisk');
          for (const { evidence } of causes) expect(evidence.length).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('lists causes in the published order, each once', () => {
    fc.assert(
      fc.property(arbitraryCluster, (objects) => {
        for (const { causes } of explain(objects)) {
          const ranks = causes.map(({ code }) => CAUSE_CODES.indexOf(code));
          expect(ranks).toEqual([...new Set(ranks)].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('does not say that KubeVirt is not deployed when it only cannot tell which of several is', () => {
    const two = [aKubeVirt(), aKubeVirt({ metadata: { namespace: 'tenant-a' } })];
    const both = [aDaemonSet(), aDaemonSet({ metadata: { namespace: 'tenant-a', uid: 'other' } })];
    const [node] = explain([...two, ...both, aNode('node02'), aLauncher('web-01', 'node02')]);
    expect(node?.verdict).toBe('Orphaned');
    expect(node?.causes.map(({ code }) => code)).not.toContain('KubeVirtNotDeployed');
  });

  it('looks at the handler pods of KubeVirt’s namespace only', () => {
    const crash = {
      phase: 'Running',
      containerStatuses: [
        { name: 'virt-handler', restartCount: 9, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      ],
    };
    const codes = (namespace: string) =>
      explain([
        aKubeVirt(),
        aDaemonSet(),
        aNode('node02'),
        aLauncher('web-01', 'node02'),
        aHandler('node02', { namespace, status: crash }),
      ])[0]?.causes.map(({ code }) => code);
    expect(codes('kubevirt')).toContain('ContainerCrash');
    expect(codes('tenant-a')).not.toContain('ContainerCrash');
  });
});
