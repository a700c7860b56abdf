import { describe, expect, it } from 'vitest';
import { handle } from '../../../functions/diagnose/handler.ts';
import type { ClusterReader } from '../../../shared/domain/cluster-facts.ts';
import type { EvidenceObject, VmObject } from '../../../shared/domain/evidence-objects.ts';
import type { ClusterObject, Kind } from '../../../shared/domain/objects.ts';
import { epochMs } from '../../../shared/domain/units.ts';
import { aCluster, evidenceOf, factsOf } from '../../support/facts.ts';
import { aNamespace, anEvent } from '../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';
import { validDiagnosis } from '../../support/report-schema.ts';

const owner = { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachine', name: 'web', controller: true };
const owned = aVmi('web', 'node02');
const web = { ...owned, metadata: { ...owned.metadata, ownerReferences: [owner] } };
const vm: VmObject = {
  kind: 'VirtualMachine',
  metadata: { name: 'web', namespace: 'tenant-a' },
  spec: { runStrategy: 'Always' },
};
const healthy = [aKubeVirt(), aDaemonSet(), aNode('node01'), aHandler('node01'), aVmi('db', 'node01')];
const cluster = [...healthy, aNode('node02'), aLauncher('web', 'node02'), web];

function diagnose(
  node: string,
  objects: readonly ClusterObject[] = cluster,
  evidence: readonly EvidenceObject[] = [],
  unread: readonly Kind[] = [],
) {
  const facts = factsOf(objects, unread, node);
  return diagnoseBy(node, aCluster(facts, evidenceOf(evidence)));
}

async function diagnoseBy(node: string, reader: ClusterReader) {
  const ports = {
    cluster: reader,
    clock: { now: () => epochMs(Date.UTC(2026, 7, 22, 10, 11)) },
    identity: { cluster: 'prod', source: 'dump.json' },
  };
  const { diagnosis, verdict } = await handle({ node }, ports);
  return { diagnosis: validDiagnosis(JSON.parse(JSON.stringify(diagnosis))), verdict };
}

const codesOf = ({ diagnosis }: Awaited<ReturnType<typeof diagnose>>) =>
  diagnosis.node.causes.map(({ code }) => code);

describe('handle', () => {
  it('answers in the published form, with causes, mitigations and impact', async () => {
    const { diagnosis, verdict } = await diagnose('node02', cluster, [vm]);
    expect(verdict).toBe('Orphaned');
    expect(diagnosis).toMatchObject({
      kind: 'NodeDiagnosis',
      metadata: { cluster: 'prod', source: 'dump.json' },
      node: {
        name: 'node02',
        causes: [
          { code: 'DaemonSetStalled', mitigations: [{ code: 'RepairDaemonSetController', owner: 'None' }] },
        ],
      },
      impact: [{ name: 'web', owner: { kind: 'VirtualMachine', name: 'web' }, runStrategy: 'Always' }],
      problems: [],
    });
    expect(diagnosis.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('takes an Event of the DaemonSet as proof', async () => {
    const event = anEvent(aDaemonSet(), 'FailedCreate', { message: 'exceeded quota: pods' });
    const diagnosed = await diagnose('node02', cluster, [event]);
    expect(codesOf(diagnosed)).toEqual(['PodCreationRejected']);
    expect(diagnosed.diagnosis.node.causes[0]?.summary).toContain('exceeded quota');
  });

  it("sees OpenShift's node selector of the namespace", async () => {
    const diagnosed = await diagnose('node02', cluster, [
      aNamespace({ 'openshift.io/node-selector': 'zone=a' }),
    ]);
    expect(diagnosed.diagnosis.node.causes[0]).toMatchObject({
      code: 'DaemonSetStalled',
      certainty: 'Definite',
      mitigations: [{ code: 'EditNamespaceSelector' }],
    });
  });

  it('sends a change of the placement to HyperConverged where that owns it', async () => {
    const policy = { nodeSelector: { zone: 'a' } };
    const template = { nodeSelector: { zone: 'a', 'kubernetes.io/os': 'linux' } };
    const [first, second] = [aNode('node01', { metadata: { labels: { zone: 'a' } } }), aNode('node02')];
    const spec = { workloads: { nodePlacement: policy } };
    const kubeVirt = { ...aKubeVirt(), spec };
    const objects = [kubeVirt, aDaemonSet({ template }), first, second, aHandler('node01'), web];
    const hyperConverged: EvidenceObject = {
      kind: 'HyperConverged',
      apiVersion: 'hco.kubevirt.io/v1beta1',
      metadata: { name: 'hco', namespace: 'kubevirt', uid: 'h', generation: 3 },
      spec,
    };
    const { diagnosis } = await diagnose('node02', objects, [hyperConverged]);
    const owners = diagnosis.node.causes[0]?.mitigations.map((it) => it.owner);
    expect(owners).toEqual(['Node', 'HyperConverged']);
  });

  it('names the evidence that it may not look at, and answers all the same', async () => {
    const reader = aCluster(factsOf(cluster, [], 'node02'), evidenceOf([], ['Event', 'Namespace']));
    const { diagnosis } = await diagnoseBy('node02', reader);
    expect(diagnosis.problems.map(({ kind }) => kind)).toEqual(['Event', 'Namespace']);
    expect(diagnosis.node.causes[0]?.summary).toContain('Events were not read');
  });

  it('asks for no evidence where nothing needs any', async () => {
    const reader: ClusterReader = {
      read: () => Promise.resolve(factsOf(cluster, [], 'node01')),
      readEvidence: () => Promise.reject(new TypeError('nobody needs evidence')),
    };
    const { diagnosis, verdict } = await diagnoseBy('node01', reader);
    expect(verdict).toBe('Managed');
    expect(diagnosis).toMatchObject({ node: { causes: [] }, impact: [], problems: [] });
    expect(diagnosis.steps.every((step) => step.verdict === 'Ok')).toBe(true);
  });

  it.each<[string, readonly ClusterObject[], readonly Kind[], string]>([
    ['a node that is gone', healthy.concat(web), [], 'NodeMissing'],
    ['no KubeVirt and no DaemonSet', [aNode('node02'), web], [], 'KubeVirtNotDeployed'],
  ])('explains %s', async (_, objects, unread, code) => {
    expect(codesOf(await diagnose('node02', objects, [], unread))[0]).toBe(code);
  });

  it('does not guess where pods could not be read', async () => {
    const { diagnosis, verdict } = await diagnose('node02', cluster, [], ['Pod']);
    expect(verdict).toBe('Unknown');
    expect(diagnosis.node.causes).toEqual([]);
    expect(diagnosis.steps[0]).toMatchObject({ verdict: 'CouldNotLook' });
  });

  it('refuses a node that nothing is known of', async () => {
    await expect(diagnose('node99')).rejects.toMatchObject({
      code: 'USAGE',
      message: 'no node "node99" in dump.json',
      remedy: expect.stringContaining('2 were read'),
    });
  });
});
