import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectsIn, rightsOf } from '../support/rendered.ts';
import { runCli } from '../support/run-cli.ts';
import { accessAudit, forbiddenIn, usedOf } from './support/access-audit.ts';
import { BackgroundProgram } from './support/background-program.ts';
import { serviceAccountKubeconfig } from './support/control-plane.ts';
import { build, withObjects } from './support/deploy.ts';
import { type Cluster, describeCluster } from './support/describe-cluster.ts';
import { freePort } from './support/free-port.ts';
import { createLauncher, createNamespace, createVmi, installKubeVirt } from './support/kubevirt.ts';
import { createNode } from './support/nodes.ts';
import { until } from './support/until.ts';

const cli = fileURLToPath(new URL('../../dist/kubevirt-orphans.mjs', import.meta.url));
const RUN = { namespace: 'kubevirt-orphans', name: 'run' };
const AUDIT = { namespace: 'kubevirt-orphans-audit', name: 'audit-only' };

/** What nobody may, and what only remediation may: verb, resource, and namespace where there is one. */
const MISUSE = [
  'get secrets -n kubevirt-orphans',
  'list secrets -A',
  'create pods -n kubevirt-orphans',
  'create pods/exec -n kubevirt',
  'delete pods -n default',
  'delete pods -A',
  'delete nodes',
  'delete virtualmachineinstances.kubevirt.io -n default',
  'delete kubevirts.kubevirt.io -n kubevirt',
  'patch daemonsets.apps -n kubevirt',
  'patch kubevirts.kubevirt.io -n default',
  'create clusterrolebindings.rbac.authorization.k8s.io',
  'update leases.coordination.k8s.io -n kube-system',
  'update orphanincidents.kubevirt-orphans.dev -n default',
  'impersonate users',
];
const REMEDIATION = [
  'patch nodes',
  'delete pods -n kubevirt',
  'patch kubevirts.kubevirt.io -n kubevirt',
  'get leases.coordination.k8s.io -n medik8s-leases',
];

const asking = accessAudit(AUDIT.namespace);

const suite = (cluster: Cluster): void => {
  const apply = async (folder: string) =>
    expect(await withObjects(cluster, ['apply'], await build(cluster, folder))).toMatchObject({ code: 0 });
  let run = '';
  let audit = '';

  beforeAll(async () => {
    const { api, plane } = cluster;
    await installKubeVirt(api);
    await createNamespace(api, 'medik8s-leases');
    await createNode(api, 'node-1');
    await createNode(api, 'node-2', { taints: [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }] });
    const vmi = await createVmi(api, { name: 'db-7', namespace: 'tenant-a', node: 'node-2' });
    await createLauncher(api, vmi);
    await apply('kubernetes/observe');
    await apply('kubernetes/audit-only');
    run = await serviceAccountKubeconfig(plane, RUN);
    audit = await serviceAccountKubeconfig(plane, AUDIT);
  }, 60_000);

  const may = async (kubeconfig: string, what: string) =>
    (
      await cluster.kubectl(['auth', 'can-i', ...what.split(' ')], { env: { KUBECONFIG: kubeconfig } })
    ).stdout.trim();

  it('audits with all that it reads', async () => {
    const { code, stdout, stderr } = await runCli([
      'audit',
      '-o',
      'json',
      '--exit-zero',
      '--kubeconfig',
      audit,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // HyperConverged is not served here, which is no problem of permissions.
    const { problems, summary } = JSON.parse(stdout) as { problems: unknown; summary: object };
    expect({ problems, summary }).toMatchObject({ problems: [], summary: { orphanedNodes: 1 } });
    const rights = rightsOf(objectsIn('kubernetes/audit-only'), AUDIT.name);
    expect(usedOf(AUDIT.name, rights, asking.askedFor())).toEqual(rights);
    expect(forbiddenIn(asking.askedFor())).toEqual([]);
  });

  it('finds, records, diagnoses and proposes without remediation, and nothing that it needs is forbidden', async () => {
    const variables = [`KUBECONFIG=${run}`, `PORT=${await freePort()}`, 'CLUSTER_NAME=test'];
    const program = BackgroundProgram.start('env', [
      ...variables,
      process.execPath,
      cli,
      'run',
      '-o',
      'json',
    ]);
    try {
      await until('a repair is proposed', async () => program.said.includes('remediation.proposed.v1'));
      const { stdout } = await cluster.kubectl(['get', 'orphanincidents', '-n', RUN.namespace]);
      expect(stdout).toMatch(/node-2 +node-2 +Open/);
      expect(program.said).not.toMatch(/event to be delivered again|event refused|KUBE_|"level":"error"/);
      // The lease of a node may only be looked for with remediation: that gate says so.
      const forbidden = program.said.match(/forbids to [a-z ]+/g) ?? [];
      expect(new Set(forbidden)).toEqual(new Set(['forbids to get leases of coordination']));
    } finally {
      await program.stop();
    }
  }, 60_000);

  describe('in observe', () => {
    it.each([...MISUSE, ...REMEDIATION])('may not %s', async (what) => {
      expect(await may(run, what)).toBe('no');
      expect(await may(audit, what)).toBe('no');
    });
  });

  describe('in remediate', () => {
    beforeAll(() => apply('kubernetes/grants'));
    afterAll(
      async () => void (await withObjects(cluster, ['delete'], await build(cluster, 'kubernetes/grants'))),
    );

    it.each(REMEDIATION)('may %s', async (what) => {
      expect(await may(run, what)).toBe('yes');
      expect(await may(audit, what)).toBe('no');
    });

    it.each(MISUSE)('may not %s', async (what) => {
      expect(await may(run, what)).toBe('no');
    });
  });
};

describeCluster('what is deployed, under its own accounts', suite, asking);
