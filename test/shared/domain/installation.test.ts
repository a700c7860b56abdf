import { describe, expect, it } from 'vitest';
import { locateInstallation } from '../../../shared/domain/installation.ts';
import { judgeCluster } from '../../../shared/domain/judge-cluster.ts';
import type { ClusterObject, Kind } from '../../../shared/domain/objects.ts';
import { factsOf, judged } from '../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode } from '../../support/objects.ts';

const elsewhere = { metadata: { namespace: 'tenant-a', uid: 'other' } };
const ignored = { type: 'Synchronized', status: 'False', reason: 'ExistingDeployment' };

function locate(objects: readonly ClusterObject[], unread: readonly Kind[] = []) {
  const { namespace, daemonSet, problems } = locateInstallation(factsOf(objects, unread));
  return { namespace, daemonSet: daemonSet?.metadata.namespace, problems: problems.map(({ code }) => code) };
}

describe('locateInstallation', () => {
  it.each([
    [
      'the KubeVirt resource tells',
      [aKubeVirt(), aDaemonSet()],
      { namespace: 'kubevirt', daemonSet: 'kubevirt', problems: [] },
    ],
    [
      'it counts more than a tenant’s DaemonSet',
      [aKubeVirt(), aDaemonSet(elsewhere)],
      { namespace: 'kubevirt', daemonSet: undefined, problems: [] },
    ],
    [
      'it is not always called kubevirt',
      [
        aKubeVirt({
          metadata: { name: 'kubevirt-kubevirt-hyperconverged', namespace: 'kubevirt-hyperconverged' },
        }),
      ],
      { namespace: 'kubevirt-hyperconverged', daemonSet: undefined, problems: [] },
    ],
    [
      'two resources in one namespace agree',
      [aKubeVirt(), aKubeVirt({ metadata: { name: 'second' } })],
      { namespace: 'kubevirt', daemonSet: undefined, problems: [] },
    ],
    [
      'a second one that the operator ignores does not count',
      [aKubeVirt(), aKubeVirt({ metadata: { namespace: 'tenant-a' }, status: { conditions: [ignored] } })],
      { namespace: 'kubevirt', daemonSet: undefined, problems: [] },
    ],
    [
      'of two, the one with a DaemonSet',
      [aKubeVirt(), aKubeVirt({ metadata: { namespace: 'tenant-a' } }), aDaemonSet()],
      { namespace: 'kubevirt', daemonSet: 'kubevirt', problems: ['SeveralKubeVirts'] },
    ],
    [
      'of two, none when both have one',
      [aKubeVirt(), aKubeVirt({ metadata: { namespace: 'tenant-a' } }), aDaemonSet(), aDaemonSet(elsewhere)],
      { namespace: undefined, daemonSet: undefined, problems: ['SeveralKubeVirts'] },
    ],
    [
      'of two, none when neither has one',
      [aKubeVirt(), aKubeVirt({ metadata: { namespace: 'tenant-a' } })],
      { namespace: undefined, daemonSet: undefined, problems: ['SeveralKubeVirts'] },
    ],
    [
      'without a resource the only DaemonSet',
      [aDaemonSet()],
      { namespace: 'kubevirt', daemonSet: 'kubevirt', problems: ['NoKubeVirt'] },
    ],
    [
      'without a resource no DaemonSet that lacks the label',
      [aDaemonSet({ metadata: { labels: {} } })],
      { namespace: undefined, daemonSet: undefined, problems: ['NoKubeVirt'] },
    ],
    [
      'without a resource nothing when two could be it',
      [aDaemonSet(), aDaemonSet(elsewhere)],
      { namespace: undefined, daemonSet: undefined, problems: ['NoKubeVirt'] },
    ],
    ['nothing at all', [], { namespace: undefined, daemonSet: undefined, problems: ['NoKubeVirt'] }],
  ] as const)('%s', (_, objects, expected) => {
    expect(locate(objects)).toEqual(expected);
  });

  it('says whether the resource is missing or was not read', () => {
    expect(locateInstallation(factsOf([])).problems[0]?.message).toMatch(/^There is no KubeVirt resource/);
    expect(locateInstallation(factsOf([], ['KubeVirt'])).problems[0]?.message).toMatch(
      /^The KubeVirt resource was not read/,
    );
  });
});

describe('when it cannot be told where KubeVirt is installed', () => {
  const twice = [
    aKubeVirt(),
    aKubeVirt({ metadata: { namespace: 'tenant-a' } }),
    aDaemonSet(),
    aDaemonSet(elsewhere),
    aNode('node02'),
    aLauncher('web-01', 'node02'),
  ];

  it('does not know a node where some candidate is Ready', () => {
    expect(judged('node02', [...twice, aHandler('node02', { namespace: 'tenant-a' })])).toMatchObject({
      verdict: 'Unknown',
      handler: { state: 'Unknown' },
    });
  });

  it('knows that a node without any candidate that is Ready is orphaned', () => {
    expect(judged('node02', twice)).toMatchObject({ verdict: 'Orphaned', handler: { state: 'Absent' } });
    expect(judged('node02', [...twice, aHandler('node02', { status: { phase: 'Pending' } })])).toMatchObject({
      verdict: 'Orphaned',
      handler: { state: 'NotRunning' },
    });
  });

  it('has no DaemonSet to show', () => {
    expect(judgeCluster(factsOf(twice)).installation.daemonSet).toBeUndefined();
  });
});
