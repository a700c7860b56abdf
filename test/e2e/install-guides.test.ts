import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsBelow } from '../support/install-guides.ts';
import { containerOf, variablesOf } from '../support/rendered-container.ts';
import { BackgroundProgram } from './support/background-program.ts';
import { serviceAccountKubeconfig } from './support/control-plane.ts';
import { installPlatforms, ours, WITHOUT_CRDS } from './support/deploy.ts';
import { type Cluster, describeCluster } from './support/describe-cluster.ts';
import { freePort } from './support/free-port.ts';
import { GuideFolder } from './support/guide-folder.ts';
import { createNode } from './support/nodes.ts';
import { until } from './support/until.ts';

const image = fileURLToPath(new URL('../../dist/', import.meta.url));
/** The controllers that carry out what is applied, beside those that tests usually need. */
const CONTROLLERS =
  'daemonset,nodelifecycle,serviceaccount,serviceaccount-token,garbagecollector,namespace,podgc,deployment,replicaset,job,disruption';
/** What asks a kubelet, which nobody plays so far. */
const ASKS_KUBELET = /^kubectl logs /;
const OURS = [
  ...[
    'namespaces',
    'customresourcedefinitions',
    'serviceaccounts',
    'clusterroles',
    'clusterrolebindings',
    'roles',
  ],
  ...[
    'rolebindings',
    'services',
    'deployments',
    'cronjobs',
    'poddisruptionbudgets',
    'networkpolicies',
    'pods',
    'jobs',
  ],
  ...[
    'functions',
    'configmaps',
    'ksvc',
    'triggers',
    'brokers',
    'apiserversources',
    'pingsources',
    'sinkbindings',
  ],
];
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

/** What a cluster does by itself that has a kubelet and Knative, before a command that waits for it. */
interface Others {
  before(command: string): Promise<void>;
  stop(): Promise<void>;
}

/** What a kubelet would run of the Deployment: one of the replicas, under its account. */
function aReplica(cluster: Cluster): Others {
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
async function expectReplicas(cluster: Cluster): Promise<void> {
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
function knativeControllers(cluster: Cluster): Others {
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
function openfaasOperator(cluster: Cluster): Others {
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
function aJobByHand(cluster: Cluster): Others {
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
