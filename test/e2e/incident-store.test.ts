import { beforeAll, describe, expect, it } from 'vitest';
import { MAX_ATTEMPTS } from '../../shared/domain/remediation/remediation.ts';
import { ApiClient } from '../../shared/kubernetes/api-client.ts';
import { createIncidentApprover } from '../../shared/kubernetes/incident-approver.ts';
import { toIncidentResource } from '../../shared/kubernetes/incident-resource.ts';
import { createIncidentStore } from '../../shared/kubernetes/incident-store.ts';
import { loadConnection } from '../../shared/kubernetes/kube-config.ts';
import type { IncidentStore } from '../../shared/runtime/ports.ts';
import { anEvent, anIncident } from '../support/arbitrary-incidents.ts';
import { aRemediation } from '../support/arbitrary-remediation.ts';
import { failureOf } from '../support/failure.ts';
import { type Cluster, describeCluster } from './support/describe-cluster.ts';
import { createNamespace } from './support/kubevirt.ts';
import { until } from './support/until.ts';

const CRD = 'infra/deploy/records/orphan-incident-crd.yaml';
const NAMESPACE = 'kubevirt-orphans';
const systemClock = { now: () => Date.now() as never };

function openClient(cluster: Cluster): ApiClient {
  return new ApiClient(loadConnection({ kubeconfig: cluster.kubeconfig, env: {} }), { clock: systemClock });
}

describeCluster('the incident store on a real API server', (cluster) => {
  let client: ApiClient;
  let store: IncidentStore;
  beforeAll(async () => {
    client = openClient(cluster);
    store = createIncidentStore(client, { namespace: NAMESPACE });
    return () => client.close();
  });

  /** A record on the server with an incident and an event in it. */
  async function anOpened(node: string) {
    const made = await store.create(node);
    const event = anEvent({ node, subject: `nodes/${node}` });
    return store.update({ ...made, incident: anIncident({ node }), outbox: [event] });
  }

  it('says what to apply before its resource is installed', async () => {
    for (const call of [() => store.get('node01'), () => store.list(), () => store.create('node01')]) {
      const failure = await failureOf(call);
      expect(failure.message).toContain('does not serve orphanincidents.kubevirt-orphans.dev/v1alpha1');
      expect(failure.remedy).toContain(`kubectl apply -f ${CRD}`);
    }
  });

  it('works once that was applied, without a restart, and says that the namespace is missing', async () => {
    const { code, stderr } = await cluster.kubectl(['apply', '-f', CRD]);
    expect(stderr).not.toMatch(/error/i);
    expect(code).toBe(0);
    await until('the resource is served', async () => (await store.list()).length === 0);
    const { conditions } = JSON.parse(
      (await cluster.kubectl(['get', 'crd', 'orphanincidents.kubevirt-orphans.dev', '-o', 'json'])).stdout,
    ).status;
    expect(conditions.map(({ type }: { type: string }) => type)).not.toContain('NonStructuralSchema');
    expect((await failureOf(() => store.create('node01'))).message).toContain('namespace kubevirt-orphans');
    await createNamespace(cluster.api, NAMESPACE);
  });

  it('gives back what it took: times, events and all', async () => {
    expect(await store.get('node01')).toBeUndefined();
    const made = await store.create('node01');
    expect(made).toMatchObject({ node: 'node01', incident: undefined, outbox: [] });
    const wanted = { ...made, incident: anIncident({ node: 'node01' }), outbox: [anEvent()] };
    const written = await store.update(wanted);
    expect(written).toEqual({ ...wanted, resourceVersion: written.resourceVersion });
    expect(await store.get('node01')).toEqual(written);
    expect(await store.list()).toEqual([written]);
  });

  it('has a name as long as that of a node', async () => {
    const node = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
    expect(await store.create(node)).toMatchObject({ node });
    expect(await store.get(node)).toMatchObject({ node });
  });

  it('is shown by kubectl, by its short name and by its category', async () => {
    await anOpened('node11');
    const { stdout } = await cluster.kubectl(['get', 'orphanincidents', '-n', NAMESPACE, 'node11']);
    const [header = '', row = ''] = stdout.split('\n');
    expect(header.split(/\s+/)).toEqual(['NAME', 'NODE', 'STATE', 'SEVERITY', 'CAUSE', 'VMIS', 'AGE']);
    expect(row).toMatch(/^node11\s+node11\s+Open\s+warning\s+TaintNotTolerated\s+1\s+\S+$/);
    for (const name of ['oi', 'kubevirt-orphans'])
      expect((await cluster.kubectl(['get', name, '-n', NAMESPACE])).stdout).toContain('node11');
  });

  it('lets one of two writers win, and none when the record is gone', async () => {
    const record = await anOpened('node12');
    const incident = anIncident({ node: 'node12', revision: 3 });
    await store.update({ ...record, incident });
    for (const call of [
      () => store.update({ ...record, incident }),
      () => store.remove(record),
      () => store.create('node12'),
    ])
      expect((await failureOf(call)).code).toBe('INCIDENT_CONFLICT');
    const latest = await store.get('node12');
    if (latest === undefined) throw new Error('it is there');
    await store.remove(latest);
    await store.remove(latest);
    expect((await failureOf(() => store.update(latest))).code).toBe('INCIDENT_CONFLICT');
    await store.create('node12');
    // Another record of that name is another record.
    expect((await failureOf(() => store.update(latest))).code).toBe('INCIDENT_CONFLICT');
  });

  it('keeps the status apart: neither making nor editing a record touches it', async () => {
    const record = await anOpened('node13');
    const edited = toIncidentResource(record, NAMESPACE);
    const status = { ...(edited['status'] as object), state: 'Resolved' };
    const put = { method: 'PUT', path: pathOf('node13'), body: { ...edited, status } } as const;
    expect((await client.call(put)).status).toBe(200);
    expect((await store.get('node13'))?.incident?.state).toBe('Open');
  });

  it.each([
    ['state', 'Broken'],
    ['severity', 'fatal'],
    ['episode', 0],
    ['since', 'yesterday'],
    ['cause', 'Gremlins'],
    ['vmiCount', undefined],
    ['vmis', [{ name: 'web-01' }]],
  ])('is refused by the server with a wrong %s', async (field, value) => {
    const record = (await store.get('node14')) ?? (await anOpened('node14'));
    const resource = toIncidentResource(record, NAMESPACE);
    const status = { ...(resource['status'] as object), [field]: value };
    const put = { method: 'PUT', path: `${pathOf('node14')}/status`, body: { ...resource, status } } as const;
    expect((await client.call(put)).status).toBe(422);
  });

  it('gives back a remediation as it was written, whatever its patches put in', async () => {
    const record = await anOpened('node17');
    const remediation = aRemediation({ deep: [null, { x: null, n: 1.5 }], empty: '' });
    const written = await store.update({ ...record, remediation });
    expect(written.remediation).toEqual(remediation);
    expect((await store.get('node17'))?.remediation).toEqual(remediation);
  });

  it('holds a plan that touches the nodes of the largest clusters, with all that is remembered', async () => {
    const record = await anOpened('node18');
    const { run, attempts, ...rest } = aRemediation('x');
    const nodes = Array.from({ length: 5_000 }, (_, index) => `node-${index}.${'x'.repeat(40)}`);
    const [step] = run?.plan.steps ?? [];
    const [attempt] = attempts;
    if (run === undefined || step === undefined || attempt === undefined) throw new Error('they are there');
    const effects = { ...step.effects, handlersGained: nodes };
    const large = {
      ...rest,
      run: { ...run, plan: { ...run.plan, steps: [{ ...step, effects }] }, withoutHandler: nodes },
      attempts: Array.from({ length: MAX_ATTEMPTS }, () => ({
        ...attempt,
        reason: { code: 'Timeout', message: 'x'.repeat(1_000) },
      })),
    };
    expect((await store.update({ ...record, remediation: large })).remediation).toEqual(large);
  });

  describe('an approval', () => {
    const KEY = 'kubevirt-orphans.dev/approved-revision';
    const annotate = async (node: string, value: string) => {
      const args = ['annotate', '--overwrite', 'oi', node, '-n', NAMESPACE, value];
      expect((await cluster.kubectl(args)).code).toBe(0);
    };

    it('is given by kubectl, for as long as the annotation is there, and stays when the record is written', async () => {
      const before = Math.floor(Date.now() / 1_000) * 1_000;
      await anOpened('node19');
      await annotate('node19', `${KEY}=2`);
      const record = await store.get('node19');
      expect(record?.approval).toMatchObject({ revision: 2, by: expect.stringContaining('kubectl') });
      expect(record?.approval?.at).toBeGreaterThanOrEqual(before);
      if (record === undefined) throw new Error('it is there');
      const remediation = aRemediation('x');
      expect(await store.update({ ...record, remediation })).toMatchObject({ approval: record.approval });
      await annotate('node19', `${KEY}-`);
      expect(await store.get('node19')).toMatchObject({ approval: undefined, remediation });
    });

    it('is given by the approver, for the record that was read only', async () => {
      const record = await anOpened('node20');
      const approver = createIncidentApprover(client, NAMESPACE);
      await approver.approve(record, 2);
      const approved = await store.get('node20');
      expect(approved?.approval).toMatchObject({ revision: 2, by: 'kubevirt-orphans-approve' });
      expect((await failureOf(() => approver.approve(record, 2))).code).toBe('INCIDENT_CONFLICT');
      if (approved === undefined) throw new Error('it is there');
      expect((await failureOf(() => approver.approve({ ...approved, uid: 'other' }, 2))).code).toBe(
        'INCIDENT_CONFLICT',
      );
    });

    it('is given anew for the same revision', async () => {
      const approver = createIncidentApprover(client, NAMESPACE);
      await approver.approve(await anOpened('node21'), 2);
      const first = await store.get('node21');
      const renewed = await until('the next second has begun', async () => {
        const record = await store.get('node21');
        if (record !== undefined) await approver.approve(record, 2);
        const { approval } = (await store.get('node21')) ?? {};
        return (approval?.at ?? 0) > (first?.approval?.at ?? 0) && approval;
      });
      expect(renewed).toMatchObject({ revision: 2, by: 'kubevirt-orphans-approve' });
    });
  });

  it('drops fields that nobody knows, but keeps an event whole', async () => {
    const record = await anOpened('node15');
    const event = { ...anEvent(), mood: 'good', data: { deep: { unknown: [null, { x: null }], empty: '' } } };
    const resource = toIncidentResource({ ...record, outbox: [event] }, NAMESPACE);
    const status = { ...(resource['status'] as object), mood: 'good' };
    const path = `${pathOf('node15')}/status`;
    const { body } = await client.call({ method: 'PUT', path, body: { ...resource, status } });
    expect(body).not.toHaveProperty('status.mood');
    expect((await store.get('node15'))?.outbox).toEqual([event]);
  });

  it('is refused by kubectl without a node’s name', async () => {
    const resource = {
      apiVersion: 'kubevirt-orphans.dev/v1alpha1',
      kind: 'OrphanIncident',
      metadata: { name: 'node16', namespace: NAMESPACE },
      spec: {},
    };
    const { code, stderr } = await cluster.kubectl(['create', '--validate=false', '-f', '-'], {
      stdin: JSON.stringify(resource),
    });
    expect(code).toBe(1);
    expect(stderr).toContain('spec.nodeName');
  });
});

function pathOf(node: string): string {
  return `/apis/kubevirt-orphans.dev/v1alpha1/namespaces/${NAMESPACE}/orphanincidents/${node}`;
}
