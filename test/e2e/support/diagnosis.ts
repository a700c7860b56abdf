import { expect } from 'vitest';
import type { NodeDiagnosis } from '../../../shared/report/node-diagnosis.ts';
import { diagnosisFrom } from '../../support/report-schema.ts';
import { type Outcome, run, runCli } from '../../support/run-cli.ts';
import type { Cluster } from './describe-cluster.ts';
import { isTrue, kinds } from './objects.ts';

/** What the built command says of one node of the live cluster. */
export async function diagnose(
  cluster: Cluster,
  node: string,
  kubeconfig = cluster.kubeconfig,
): Promise<NodeDiagnosis> {
  const { stdout, stderr } = await runCli(['diagnose', node, '--kubeconfig', kubeconfig, '-o', 'json']);
  expect(stderr).toBe('');
  return diagnosisFrom(stdout);
}

/** Runs a printed command as it was printed, as a person does who pastes it. */
export function paste(cluster: Cluster, command: string): Promise<Outcome> {
  const path = [process.env['PATH'], process.env['KUBEBUILDER_ASSETS']].filter(Boolean).join(':');
  const env = { PATH: path, KUBECONFIG: cluster.kubeconfig, HOME: cluster.plane.directory };
  return run('sh', ['-c', command], { env });
}

/** The nodes that have a Ready virt-handler which is not leaving, sorted. */
export async function nodesWithHandler(cluster: Cluster): Promise<string[]> {
  const selection = { namespace: 'kubevirt', labelSelector: 'kubevirt.io=virt-handler' };
  const pods = await cluster.api.list(kinds.pod, selection);
  return pods
    .filter(({ metadata, status }) => {
      return metadata.deletionTimestamp === undefined && isTrue(status.conditions, 'Ready');
    })
    .map(({ spec }) => spec.nodeName ?? '')
    .sort();
}
