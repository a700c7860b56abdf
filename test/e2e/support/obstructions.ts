import { parseRemediateConfig } from '../../../shared/config/remediate-config.ts';
import type { GateCode } from '../../../shared/domain/remediation/gate.ts';
import type { RemediationPolicy } from '../../../shared/domain/remediation/remediation-policy.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import { INCIDENTS_NAMESPACE } from './incidents.ts';
import type { KubeApi } from './kube-api.ts';
import { createNamespace } from './kubevirt.ts';
import { installLooseCrd } from './loose-crd.ts';
import { type KubeObject, kind, kinds, ref } from './objects.ts';
import type { RemediationStage } from './remediation-stage.ts';
import { lookUntilRecovered, only, orphanAgain, REMEDIES } from './repair-story.ts';
import type { Repairs } from './repairs.ts';
import { SCENE } from './stage.ts';

/** Where something stands against a repair. */
export interface Site {
  readonly stage: RemediationStage;
  readonly repairs: Repairs;
}

/** Something that stands against a repair, in the real cluster or the policy. */
export interface Obstruction {
  readonly gate: GateCode;
  readonly remedy?: keyof typeof REMEDIES;
  /** From before the story begins. */
  readonly policy?: Partial<RemediationPolicy>;
  readonly place?: (site: Site) => Promise<unknown>;
  /** Takes it away, or lets it pass. */
  readonly clear: (site: Site) => Promise<unknown>;
}

const scene = ref(kinds.node, SCENE);
const lease = (name: string, namespace: string, holderIdentity: string): KubeObject => ({
  ...ref(kind('coordination.k8s.io/v1/Lease'), name, namespace),
  // Without times it holds until it is deleted.
  spec: { holderIdentity },
});
const maintenance = {
  ...ref(kind('nodemaintenance.medik8s.io/v1beta1/NodeMaintenance'), 'disks'),
  spec: { nodeName: SCENE },
};
const platform = {
  ...ref(kind('config.openshift.io/v1/ClusterVersion'), 'version'),
  status: { conditions: [{ type: 'Progressing', status: 'True', message: 'Working towards 4.22.1' }] },
};
const migration = {
  ...ref(kind('kubevirt.io/v1/VirtualMachineInstanceMigration'), 'move-web-01', 'tenant-a'),
  spec: { vmiName: 'web-01' },
};

/** As long as the object is there. */
function object(it: KubeObject): Pick<Obstruction, 'place' | 'clear'> {
  return {
    place: ({ stage: { cluster } }) => cluster.api.create(it),
    clear: ({ stage: { cluster } }) => cluster.api.delete(it),
  };
}

/** As long as the node has that in its metadata. */
function mark(
  field: 'labels' | 'annotations',
  key: string,
  value: string,
): Pick<Obstruction, 'place' | 'clear'> {
  const set = (to: string | null) => (site: Site) =>
    site.stage.cluster.api.patch(scene, { metadata: { [field]: { [key]: to } } });
  return { place: set(value), clear: set(null) };
}

const configured = (policy: Partial<RemediationPolicy>) => (site: Site) =>
  site.repairs.configure({ ...only(REMEDIES.LabelNode, 'Auto'), ...policy });
/** Less than five minutes, after which heartbeats, which are of the real time, would be old. */
const passed = (seconds: number) => async (site: Site) => site.repairs.clock.skip(seconds);

/** Opens between one and two minutes from now, in the words of the file. */
function windowSoon(): Partial<RemediationPolicy> {
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
  const window = { name: 'soon', timeZone: 'UTC', from: at(2), to: at(62) };
  const text = JSON.stringify({ maintenanceWindows: [window] });
  const { policy } = parseRemediateConfig(text, { file: 'test', secrets: { env: {}, readFile: () => '' } });
  return { maintenanceWindows: policy.maintenanceWindows };
}

export const OBSTRUCTIONS: Readonly<Record<string, Obstruction>> = {
  'it is not orphaned for long enough': {
    gate: 'OldEnough',
    policy: { holdOffMs: durationMs(120_000) },
    clear: passed(121),
  },
  'the budget is nothing': {
    gate: 'WithinBudget',
    policy: { budget: { nodes: 0, percent: 100 } },
    clear: configured({}),
  },
  'another node is being repaired': {
    gate: 'OneAtATime',
    ...object(lease('kubevirt-orphans-remediation', INCIDENTS_NAMESPACE, 'node01/some-uid')),
  },
  'it was repaired a moment ago': {
    gate: 'Cooldown',
    policy: { cooldownMs: durationMs(120_000) },
    place: async ({ stage, repairs }) => {
      await lookUntilRecovered(repairs);
      await orphanAgain(stage);
    },
    clear: passed(121),
  },
  'the policy pauses': {
    gate: 'NotPaused',
    policy: { pauses: [{ reason: 'storage is being moved', nodes: 'node0*' }] },
    clear: configured({}),
  },
  'its label opts it out': {
    gate: 'NotOptedOut',
    ...mark('labels', 'kubevirt-orphans.dev/remediation', 'disabled'),
  },
  'the label of medik8s opts it out': {
    gate: 'NotOptedOut',
    ...mark('labels', 'remediation.medik8s.io/exclude-from-remediation', 'true'),
  },
  'no maintenance window is open': {
    gate: 'MaintenanceWindow',
    place: (site) => configured(windowSoon())(site),
    clear: passed(121),
  },
  'Argo CD owns the node': {
    gate: 'OwnerPermits',
    ...mark('annotations', 'argocd.argoproj.io/tracking-id', 'nodes:/Node:default/node02'),
  },
  'the platform is being updated': { gate: 'KubeVirtSettled', ...object(platform) },
  'a migration would lose its virt-handler': {
    gate: 'NoMigration',
    remedy: 'RestartHandlerPod',
    ...object(migration),
  },
  'another remediator holds the node': {
    gate: 'NoOtherRemediator',
    ...object(lease(`node-${SCENE}`, 'medik8s-leases', 'node-healthcheck')),
  },
  'the node is in maintenance': { gate: 'NoOtherRemediator', ...object(maintenance) },
};

/** Lets the API server know what obstructions are made of. */
export async function installObstructions(api: KubeApi): Promise<void> {
  await createNamespace(api, 'medik8s-leases');
  await installLooseCrd(api, maintenance, { plural: 'nodemaintenances', scope: 'Cluster' });
  await installLooseCrd(api, platform, { plural: 'clusterversions', scope: 'Cluster' });
}
