import { installedKubeVirt } from '../../installation.ts';
import { describeCount, describeTime } from '../../notifications/wording.ts';
import { describeTaint, taintMeaning } from '../../placement/taints.ts';
import type { ActiveMigration, Situation } from '../situation.ts';
import { type Answer, open, unless, whenRead } from './gate-answer.ts';
import type { Write } from './gate-input.ts';
import { judgementOf } from './node-gates.ts';

/**
 * Whether no live migration would lose its virt-handler on either end. A label takes nobody's; a restart takes the node's, and a placement
 * that of every node. Migrations away from an orphan never end without one: to bring it back by a label is their cure.
 */
export function noMigration({ node, reach, situation }: Write): Answer {
  if (reach === 'Node')
    return open('A label disturbs no migration; those of an orphan cannot end without virt-handler.');
  const restarting = reach === 'HandlerPod' ? [node] : nodesWithHandler(situation);
  return whenRead(situation.interlocks.migrations, 'Which migrations are under way', (migrations) => {
    const disturbed = migrations.filter((it) => isBetween(it, new Set(restarting)));
    return unless(
      disturbed.map(describeMigration),
      `${describeCount(disturbed.length, 'migration')} would be disturbed`,
      `None of ${describeCount(migrations.length, 'migration')} under way would be disturbed.`,
    );
  });
}

/** Whether nobody else works on the node: by the medik8s lease, a NodeMaintenance, or a taint that drains or fences, also one that is tolerated. */
export function noOtherRemediator(write: Write): Answer {
  const { node, situation } = write;
  const { nodeLease, maintenances } = situation.interlocks;
  return whenRead(nodeLease, `Who holds the medik8s lease of ${node}`, (lease) =>
    whenRead(maintenances, `Whether ${node} is in maintenance`, (names) => {
      const isHeld = lease !== undefined && (lease.until === undefined || lease.until > situation.now);
      const until = lease?.until === undefined ? '' : ` until ${describeTime(lease.until)}`;
      return unless(
        [
          ...(isHeld ? [`${lease.holder} holds its medik8s lease${until}`] : []),
          ...names.map((name) => `NodeMaintenance ${name}`),
          ...deliberateTaints(write).map((taint) => `taint ${taint}`),
        ],
        `Somebody else works on ${node}`,
        `Nobody else works on ${node}.`,
      );
    }),
  );
}

function deliberateTaints({
  node: name,
  situation: { facts, judgement },
  situation,
}: Write): readonly string[] {
  const kubeVirt = installedKubeVirt(facts, judgement.installation.namespace);
  const taints = judgementOf(situation, name)?.node?.spec?.taints ?? [];
  return taints.filter((taint) => taintMeaning(taint, kubeVirt) === 'Deliberate').map(describeTaint);
}

/** Those whose virt-handler restarts with the placement; one that is not known may be there. */
function nodesWithHandler({ judgement }: Situation): readonly string[] {
  return judgement.nodes
    .filter(({ handler }) => handler.pod !== undefined || handler.state === 'Unknown')
    .map(({ name }) => name);
}

/** What has no target yet is nowhere else so far; what does not tell its source may be anywhere. */
function isBetween({ sourceNode, targetNode }: ActiveMigration, nodes: ReadonlySet<string>): boolean {
  return sourceNode === '' || nodes.has(sourceNode) || nodes.has(targetNode);
}

function describeMigration({ namespace, name, sourceNode, targetNode }: ActiveMigration): string {
  return `${namespace}/${name} from ${sourceNode || 'an unknown node'} to ${targetNode || 'an unknown node'}`;
}
