import type { EvidenceRequest } from './evidence-facts.ts';
import type { ClusterJudgement, NodeJudgement } from './judge-cluster.ts';

/** Whether a node's verdict has causes: what is managed, empty or unknown has none. */
export function hasCauses({ verdict }: NodeJudgement): boolean {
  return verdict === 'Orphaned' || verdict === 'AtRisk';
}

/**
 * What evidence the nodes of a judgement need; `undefined` when none of them needs any. VirtualMachines are asked for
 * where the details of VMIs were read: for one node's diagnosis.
 */
export function evidenceRequest({ nodes, installation }: ClusterJudgement): EvidenceRequest | undefined {
  const needing = nodes.filter(hasCauses);
  if (needing.length === 0) return undefined;
  const vms = needing.flatMap(({ vmis }) =>
    vmis.flatMap(({ details }) => {
      const owner = details?.metadata.ownerReferences?.find(({ controller }) => controller === true);
      if (owner?.kind !== 'VirtualMachine') return [];
      return [{ namespace: details?.metadata.namespace ?? '', name: owner.name }];
    }),
  );
  return { nodes: needing.map(({ name }) => name), namespace: installation.namespace, vms };
}
