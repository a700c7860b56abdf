import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsBelow } from '../support/install-guides.ts';
import { installPlatforms, ours, WITHOUT_CRDS } from './support/deploy.ts';
import { type Cluster, describeCluster } from './support/describe-cluster.ts';
import { GuideFolder } from './support/guide-folder.ts';
import {
  aJobByHand,
  aReplica,
  expectReplicas,
  knativeControllers,
  type Others,
  openfaasOperator,
} from './support/guide-platforms.ts';
import { createNode } from './support/nodes.ts';
import { until } from './support/until.ts';

/** The controllers that carry out what is applied, beside those that tests usually need. */
const CONTROLLERS =
  'daemonset,nodelifecycle,serviceaccount,serviceaccount-token,garbagecollector,namespace,podgc,deployment,replicaset,job,disruption';
/** What asks a kubelet, which nobody plays so far. */
const ASKS_KUBELET = /^kubectl logs /;
const OURS = (
  'namespaces customresourcedefinitions serviceaccounts clusterroles clusterrolebindings roles rolebindings services deployments ' +
  'cronjobs jobs pods poddisruptionbudgets networkpolicies configmaps functions ksvc triggers brokers apiserversources pingsources ' +
  'sinkbindings'
).split(' ');
const RECORDS = [
  'namespace/kubevirt-orphans',
  'customresourcedefinition.apiextensions.k8s.io/orphanincidents.kubevirt-orphans.dev',
];
const INCIDENT = JSON.stringify({
  apiVersion: 'kubevirt-orphans.dev/v1alpha1',
  kind: 'OrphanIncident',
  metadata: { name: 'node-9', namespace: 'kubevirt-orphans' },
  spec: { nodeName: 'node-9' },
});

const GUIDES = [
  { heading: 'Plain Kubernetes', resources: 'kubernetes/observe', others: aReplica, keeps: true },
  { heading: 'Knative', resources: 'knative/observe', others: knativeControllers, keeps: true },
  { heading: 'OpenFaaS', resources: 'openfaas/observe', others: openfaasOperator, keeps: true },
  {
    heading: 'A report from time to time',
    resources: 'kubernetes/audit-only',
    others: aJobByHand,
    keeps: false,
  },
];

const suite = (cluster: Cluster): void => {
  beforeAll(async () => {
    await installPlatforms(cluster);
    for (const name of ['node-1', 'node-2']) await createNode(cluster.api, name);
    await until('nodes take pods', async () => {
      const { stdout } = await cluster.kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].spec.taints}']);
      return stdout === '';
    });
  }, 60_000);

  describe.each(GUIDES)('$heading', ({ heading, resources, others, keeps }) => {
    const commands = commandsBelow(heading);
    const checks = commands.slice(0, -1);
    const [removal = ''] = commands.slice(-1);
    const namespace = keeps ? 'kubevirt-orphans' : 'kubevirt-orphans-audit';
    let folder: GuideFolder;
    let other: Others;
    beforeAll(() => {
      folder = new GuideFolder(cluster, resources, namespace);
      other = others(cluster);
    });
    afterAll(async () => {
      await other.stop();
      folder.remove();
    });

    const type = async (command: string): Promise<void> => {
      await other.before(command);
      if (ASKS_KUBELET.test(command) || command.includes('--from=cronjob')) return;
      expect({ command, ...(await folder.do(command)) }).toMatchObject({ command, code: 0 });
    };
    /** The images of all containers that were applied, and the ConfigMaps that they name. */
    const applied = async (): Promise<{ images: string[]; settings: string[] }> => {
      const kinds = [
        'deployments,cronjobs,ksvc,functions',
        '-A',
        '-l',
        'app.kubernetes.io/part-of=kubevirt-orphans',
      ];
      const { stdout } = await cluster.kubectl(['get', ...kinds, '-o', 'json']);
      const values = (pattern: RegExp) => [
        ...new Set([...stdout.matchAll(pattern)].map(([, value = '']) => value)),
      ];
      return {
        images: values(/"image": "([^"]+)"/g),
        settings: values(/"configMapRef": \{\s+"name": "([^"]+)"/g),
      };
    };

    it('is installed, and the checks of the guide pass', async () => {
      for (const command of checks) await type(command);
      const { images, settings } = await applied();
      expect(images).toEqual(['registry.example.org/kubevirt-orphans:0.1.0']);
      // What the overlay says is found where it is looked for.
      for (const name of settings)
        expect(await cluster.kubectl(['get', 'configmap', name, '-n', namespace])).toMatchObject({ code: 0 });
      expect(settings).toHaveLength(1);
      if (heading === 'Plain Kubernetes') await expectReplicas(cluster);
    }, 120_000);

    it('is upgraded', async () => {
      folder.upgrade('0.2.0');
      for (const command of checks.filter((it) => !it.startsWith('kubectl create '))) await type(command);
      expect((await applied()).images).toEqual(['registry.example.org/kubevirt-orphans:0.2.0']);
    }, 120_000);

    it('is removed, but for what the guide says', async () => {
      await other.stop();
      if (keeps)
        expect(await cluster.kubectl(['create', '-f', '-'], { stdin: INCIDENT })).toMatchObject({ code: 0 });
      await type(removal);
      await until('what it owned is gone', async () => {
        expect(await ours(cluster, OURS)).toEqual(keeps ? RECORDS : []);
        return true;
      });
      if (!keeps) return;
      expect((await folder.do('kubectl get orphanincidents -A -o name')).stdout).toBe(
        'orphanincident.kubevirt-orphans.dev/node-9\n',
      );
      for (const command of commandsBelow('What stays')) await type(command);
      expect(await ours(cluster, OURS)).toEqual([]);
    }, 120_000);
  });
};

if (WITHOUT_CRDS === undefined)
  describeCluster('the install guides of the README', suite, { controllers: CONTROLLERS });
else describe.skip(`the install guides of the README (${WITHOUT_CRDS})`, () => it('work', () => undefined));
