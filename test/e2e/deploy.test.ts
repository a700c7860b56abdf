import { beforeAll, describe, expect, it } from 'vitest';
import { build, installPlatforms, ours, WITHOUT_CRDS, withObjects } from './support/deploy.ts';
import { type Cluster, describeCluster } from './support/describe-cluster.ts';
import type { KubeObject } from './support/objects.ts';

const KINDS = [
  'namespaces',
  'customresourcedefinitions',
  'serviceaccounts',
  'clusterroles',
  'clusterrolebindings',
  'roles',
  'rolebindings',
  'services',
  'deployments',
  'cronjobs',
  'poddisruptionbudgets',
  'networkpolicies',
  'configmaps',
  'services.serving.knative.dev',
  'triggers',
  'brokers',
  'apiserversources',
  'pingsources',
  'sinkbindings',
  'functions.openfaas.com',
];
const RECORDS = [
  'namespace/kubevirt-orphans',
  'customresourcedefinition.apiextensions.k8s.io/orphanincidents.kubevirt-orphans.dev',
];

/** What is applied, and what stays when its part without the records is removed. */
const VARIANTS = [
  { apply: 'kubernetes/observe', remove: ['kubernetes/program'], stays: RECORDS },
  { apply: 'kubernetes/remediate', remove: ['kubernetes/grants', 'kubernetes/program'], stays: RECORDS },
  { apply: 'kubernetes/audit-only', remove: ['kubernetes/audit-only'], stays: [] },
  { apply: 'knative/observe', remove: ['knative/program'], stays: RECORDS },
  { apply: 'knative/remediate', remove: ['knative/grants', 'knative/program'], stays: RECORDS },
  { apply: 'knative/kafka', remove: ['knative/program'], stays: RECORDS },
  { apply: 'openfaas/observe', remove: ['openfaas/program'], stays: RECORDS },
  { apply: 'example', remove: ['example'], stays: [] },
  { apply: 'example/openfaas', remove: ['openfaas/program'], stays: RECORDS },
];

const suite = (cluster: Cluster): void => {
  beforeAll(() => installPlatforms(cluster), 60_000);

  describe.each(VARIANTS)('$apply', ({ apply, remove, stays }) => {
    let objects: readonly KubeObject[] = [];
    beforeAll(async () => {
      objects = await build(cluster, apply);
    });

    it('is applied, and applied again changes nothing', async () => {
      const first = await withObjects(cluster, ['apply', '--validate=strict'], objects);
      expect(first).toMatchObject({ code: 0 });
      const again = await withObjects(cluster, ['apply', '--validate=strict'], objects);
      expect(again).toMatchObject({ code: 0 });
      const lines = again.stdout.trim().split('\n');
      expect(lines).toHaveLength(objects.length);
      expect(lines.filter((line) => !line.endsWith(' unchanged'))).toEqual([]);
    });

    it('is kept by the API server as it was sent: it knows every field', async () => {
      const { stdout } = await withObjects(cluster, ['get', '-o', 'json'], objects);
      const { items } = JSON.parse(stdout) as { items: KubeObject[] };
      expect(items).toHaveLength(objects.length);
      for (const [index, sent] of objects.entries()) expect(items[index]).toMatchObject(sent);
    });

    it('leaves nothing but what the guide says', async () => {
      for (const folder of remove) {
        const deleted = await withObjects(cluster, ['delete'], await build(cluster, folder));
        expect(deleted).toMatchObject({ code: 0 });
      }
      expect(await ours(cluster, KINDS)).toEqual(stays);
      if (stays.length > 0)
        expect(await withObjects(cluster, ['delete'], await build(cluster, 'records'))).toMatchObject({
          code: 0,
        });
      expect(await ours(cluster, KINDS)).toEqual([]);
    }, 60_000);
  });

  it('refuses what is wrong: an object with a field that there is not, and one without a field that has to be', async () => {
    const [namespace, ...rest] = await build(cluster, 'kubernetes/audit-only');
    const cronJob = rest.find(({ kind }) => kind === 'CronJob');
    const wrong = [namespace, { ...cronJob, spec: { schedul: '* * * * *' } }] as KubeObject[];
    const { code, stderr } = await withObjects(
      cluster,
      ['apply', '--validate=strict', '--dry-run=client'],
      wrong,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('schedul');
  });
};

if (WITHOUT_CRDS === undefined) describeCluster('what is deployed', suite);
else describe.skip(`what is deployed (${WITHOUT_CRDS})`, () => it('is accepted', () => undefined));
