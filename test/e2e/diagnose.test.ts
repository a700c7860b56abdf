import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeCluster } from './support/describe-cluster.ts';
import { diagnose, nodesWithHandler, paste } from './support/diagnosis.ts';
import { createLauncher, createVmi, installKubeVirt } from './support/kubevirt.ts';
import { createNode, setTaints } from './support/nodes.ts';
import { type KubeObject, kind, kinds, type Pod, ref } from './support/objects.ts';
import { until } from './support/until.ts';

const rbac = 'rbac.authorization.k8s.io/v1';
const quota = ref(kind('v1/ResourceQuota'), 'no-pods', 'kubevirt');

describeCluster('diagnose on a live cluster', (cluster) => {
  beforeAll(async () => {
    const { api } = cluster;
    await installKubeVirt(api);
    for (const name of ['node-1', 'node-2']) {
      await createNode(api, name);
      await createLauncher(
        api,
        await createVmi(api, { name: `vm-of-${name}`, namespace: 'tenant-a', node: name }),
      );
    }
    await until('both handlers', async () => (await nodesWithHandler(cluster)).length === 2);
  });

  async function handlerOf(node: string): Promise<Pod> {
    const pods = await cluster.api.list(kinds.pod, {
      namespace: 'kubevirt',
      fieldSelector: `spec.nodeName=${node}`,
    });
    const pod = pods.find(({ metadata }) => metadata.deletionTimestamp === undefined);
    if (pod === undefined) throw new Error(`no handler on ${node}`);
    return pod;
  }

  it('finds a managed node in order, and every command of its steps works as printed', async () => {
    const { node, steps, impact, problems } = await diagnose(cluster, 'node-1');
    expect([node.verdict, impact, problems]).toEqual(['Managed', [], []]);
    expect(steps.map(({ verdict }) => verdict)).toEqual(['Ok', 'Ok', 'Ok', 'Ok', 'Ok', 'Ok']);
    for (const { command } of steps) {
      const outcome = await paste(cluster, command);
      expect([command, outcome.code]).toEqual([command, 0]);
      expect(outcome.stdout).not.toBe('');
    }
  });

  it('tells the impact of a taint on every VMI, and who set it', async () => {
    await cluster.kubectl(['taint', 'node', 'node-2', 'dedicated=gpu:NoExecute']);
    await until('node-2 to lose its handler', async () => {
      expect(await nodesWithHandler(cluster)).toEqual(['node-1']);
      return true;
    });
    const { node, impact } = await diagnose(cluster, 'node-2');
    expect(node.causes[0]).toMatchObject({ code: 'TaintNotTolerated', certainty: 'Definite' });
    const who = node.causes[0]?.evidence.map(({ value }) => value).find((it) => it.includes('last set by'));
    expect(who).toMatch(/^spec.taints last set by kubectl/);
    expect(impact).toMatchObject([{ name: 'vm-of-node-2', liveMigratable: true }]);
    await setTaints(cluster.api, 'node-2', []);
    await until('node-2 to have a handler', async () => (await nodesWithHandler(cluster)).length === 2);
  });

  it('restarts a handler that crashes by the command that it prints', async () => {
    const { api, kubelet } = cluster;
    const undo = kubelet.when((pod) => pod.spec.nodeName === 'node-2', { reports: 'crash-looping' });
    const crashing = await handlerOf('node-2');
    const mitigation = await until('the crash to be seen', async () => {
      const { node } = await diagnose(cluster, 'node-2');
      expect(node.causes[0]?.code).toBe('ContainerCrash');
      return node.causes[0]?.mitigations.find(({ code }) => code === 'RestartHandlerPod');
    });
    undo();
    expect(await paste(cluster, mitigation.command)).toMatchObject({ code: 0 });
    await until('another pod to be Ready', async () => {
      expect(await api.find(crashing)).toBeUndefined();
      expect(await nodesWithHandler(cluster)).toEqual(['node-1', 'node-2']);
      return true;
    });
  });

  it('shows the Event of the real controller when a quota refuses the pod', async () => {
    // The quota controller does not run here: what it would count is written instead.
    const hard = { pods: '0' };
    await cluster.api.apply([{ ...quota, spec: { hard }, status: { hard, used: hard } } as KubeObject]);
    await cluster.api.delete(await handlerOf('node-2'));
    const { node } = await until('the rejection to be seen', async () => {
      const diagnosis = await diagnose(cluster, 'node-2');
      expect(diagnosis.node.causes[0]?.code).toBe('PodCreationRejected');
      return diagnosis;
    });
    expect(node.causes[0]?.summary).toContain('exceeded quota: no-pods');
    expect(node.causes[0]?.evidence[0]).toMatchObject({ field: 'reason', value: 'FailedCreate' });
  });

  it('answers without the permission for any evidence, and says what it could not look at', async () => {
    const kubeconfig = await limitedTo([
      'nodes',
      'pods',
      'daemonsets',
      'virtualmachineinstances',
      'kubevirts',
    ]);
    const { node, problems } = await diagnose(cluster, 'node-2', kubeconfig);
    expect(node.causes.map(({ code }) => code)).toEqual(['DaemonSetStalled']);
    expect(node.causes[0]?.summary).toContain('Events were not read');
    expect(problems.map(({ code, kind: of }) => `${code} ${of}`)).toEqual([
      'Forbidden Event',
      'Forbidden Namespace',
      'Forbidden HyperConverged',
    ]);
  });

  /** A kubeconfig of an account that may list these resources, and nothing else. */
  async function limitedTo(resources: readonly string[]): Promise<string> {
    const { api, plane } = cluster;
    const account = { ...kinds.serviceAccount, metadata: { name: 'auditor', namespace: 'default' } };
    const rules = [{ apiGroups: ['*'], resources, verbs: ['list'] }];
    const role = { ...kind(`${rbac}/ClusterRole`), metadata: { name: 'auditor' }, rules };
    const subjects = [{ kind: 'ServiceAccount', name: 'auditor', namespace: 'default' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'auditor' };
    const binding = {
      ...kind(`${rbac}/ClusterRoleBinding`),
      metadata: { name: 'auditor' },
      subjects,
      roleRef,
    };
    for (const object of [account, role, binding]) await api.create(object as KubeObject);
    const token = await api.call<{ status: { token: string } }>({
      method: 'POST',
      path: '/api/v1/namespaces/default/serviceaccounts/auditor/token',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
    });
    const { stdout } = await cluster.kubectl(['config', 'view', '--raw', '-o', 'json']);
    const config = JSON.parse(stdout);
    config.users[0].user = { token: token.status.token };
    const file = join(plane.directory, 'auditor.kubeconfig');
    writeFileSync(file, JSON.stringify(config));
    return file;
  }
});
