import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { containerOf, variablesOf } from '../../support/rendered-container.ts';
import { BackgroundProgram } from './background-program.ts';
import { serviceAccountKubeconfig } from './control-plane.ts';
import type { Cluster } from './describe-cluster.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

const image = fileURLToPath(new URL('../../../dist/', import.meta.url));

/** What a cluster does by itself that has a kubelet and Knative, before a command that waits for it. */
export interface Others {
  before(command: string): Promise<void>;
  stop(): Promise<void>;
}

/** What a kubelet would run of the Deployment: one of the replicas, under its account. */
export function aReplica(cluster: Cluster): Others {
  let program: BackgroundProgram | undefined;
  return {
    before: async (command) => {
      if (!command.startsWith('kubectl get lease') || program !== undefined) return;
      const account = { namespace: 'kubevirt-orphans', name: 'run' };
      const kubeconfig = await serviceAccountKubeconfig(cluster.plane, account);
      const container = containerOf('kubernetes/program', 'Deployment', 'run');
      const env = { ...variablesOf(container), KUBECONFIG: kubeconfig, PORT: `${await freePort()}` };
      const [, command0 = '', ...args] = [...container.command, ...container.args];
      const started = BackgroundProgram.start('env', [
        ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
        process.execPath,
        command0.replace('/app/', image),
        ...args,
      ]);
      program = started;
      // What the guide has a person look for in the log.
      await until('it leads and watches', async () =>
        ['leading', 'watching'].every((said) => started.said.includes(said)),
      );
    },
    stop: async () => program?.stop(),
  };
}

/** What the real scheduler and the controller of budgets make of the two replicas. */
export async function expectReplicas(cluster: Cluster): Promise<void> {
  const inOurs = ['-n', 'kubevirt-orphans', '-o'];
  const pods = ['get', 'pods', '-l', 'app.kubernetes.io/name=run', ...inOurs];
  const { stdout } = await cluster.kubectl([...pods, 'jsonpath={.items[*].spec.nodeName}']);
  expect(stdout.split(' ').sort()).toEqual(['node-1', 'node-2']);
  await until('one may be missing', async () => {
    const budget = await cluster.kubectl(['get', 'poddisruptionbudget', 'run', ...inOurs, 'json']);
    const { status } = JSON.parse(budget.stdout);
    expect(status).toMatchObject({ expectedPods: 2, currentHealthy: 2, disruptionsAllowed: 1 });
    return true;
  });
}

/** What Knative's controllers do: what is applied becomes Ready. */
export function knativeControllers(cluster: Cluster): Others {
  const patch = JSON.stringify({ status: { conditions: [{ type: 'Ready', status: 'True' }] } });
  return {
    before: async (command) => {
      const [, kinds] = /^kubectl wait (\S+) --all/.exec(command) ?? [];
      if (kinds === undefined) return;
      const { stdout } = await cluster.kubectl(['get', kinds, '-n', 'kubevirt-orphans', '-o', 'name']);
      const names = stdout.trim().split('\n');
      expect(names.length).toBeGreaterThanOrEqual(10);
      const args = ['-n', 'kubevirt-orphans', '--type=merge', '--subresource=status', '-p', patch];
      expect(await cluster.kubectl(['patch', ...names, ...args])).toMatchObject({ code: 0 });
    },
    stop: async () => undefined,
  };
}

/** What OpenFaaS' operator does: each Function becomes a Deployment, which goes with it. */
export function openfaasOperator(cluster: Cluster): Others {
  const inFunctions = (args: readonly string[], stdin = '') =>
    cluster.kubectl([...args, '-n', 'openfaas-fn'], { stdin });
  return {
    before: async (command) => {
      if (!command.startsWith('kubectl wait deployments')) return;
      const { items } = JSON.parse((await inFunctions(['get', 'functions', '-o', 'json'])).stdout);
      expect(items.length).toBeGreaterThanOrEqual(10);
      const deployments = { apiVersion: 'v1', kind: 'List', items: items.map(deploymentOf) };
      expect(await inFunctions(['apply', '-f', '-'], JSON.stringify(deployments))).toMatchObject({ code: 0 });
    },
    stop: async () => undefined,
  };
}

interface OpenfaasFunction {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly image: string };
}

function deploymentOf({ apiVersion, kind, metadata: { name, uid }, spec: { image } }: OpenfaasFunction) {
  const labels = { faas_function: name };
  const containers = [{ name, image }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'openfaas-fn', ownerReferences: [{ apiVersion, kind, name, uid }] },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}

/** `kubectl create job --from=cronjob` knows CronJobs of batch/v1 only, which this control plane has not: the same by hand. */
export function aJobByHand(cluster: Cluster): Others {
  const isOfJob = { 'app.kubernetes.io/name': 'audit-only' };
  cluster.kubelet.when(
    ({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] === isOfJob['app.kubernetes.io/name'],
    { reports: 'succeeded' },
  );
  let isMade = false;
  return {
    before: async (command) => {
      if (!command.startsWith('kubectl wait job/first') || isMade) return;
      isMade = true;
      const get = ['get', 'cronjob', 'audit-only', '-n', 'kubevirt-orphans-audit', '-o', 'json'];
      const { spec } = JSON.parse((await cluster.kubectl(get)).stdout);
      const metadata = { name: 'first', namespace: 'kubevirt-orphans-audit', labels: isOfJob };
      const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: spec.jobTemplate.spec };
      const created = await cluster.kubectl(['create', '-f', '-'], { stdin: JSON.stringify(job) });
      expect(created).toMatchObject({ code: 0 });
    },
    stop: async () => undefined,
  };
}
