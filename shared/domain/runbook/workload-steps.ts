import { shellCommand } from '../mitigations/shell.ts';
import { labelValueError } from '../placement/label-syntax.ts';
import {
  couldNotLook,
  type RunbookCase,
  type SeenObject,
  type StepFinding,
  seenObject,
  verdictIf,
} from './step.ts';

/** More VMIs or launchers than that are counted, not named. */
const MAX_OBJECTS = 20;

/** Step 1: which virt-handler pods there are, and whether one of them manages the node. */
export function handlerPods(situation: RunbookCase): StepFinding {
  const { facts, node, handlersByNode } = situation;
  const command = shellCommand(
    'kubectl',
    'get',
    'pods',
    '--all-namespaces',
    '-o',
    'wide',
    '-l',
    'kubevirt.io=virt-handler',
  );
  const unread = facts.unread.get('Pod');
  if (unread !== undefined) return couldNotLook(command, unread);
  const here = handlersByNode.get(node.name) ?? [];
  const all = [...handlersByNode.values()].reduce((sum, pods) => sum + pods.length, 0);
  const { state, reason } = node.handler;
  const hereText =
    here.length === 0
      ? `none of them on or meant for ${node.name}`
      : `on ${node.name} ${count(here.length, 'pod')}, ${state}${reason === '' ? '' : `: ${reason}`}`;
  return {
    command,
    objects: here.map(seenObject),
    observed: oneLine(
      `${count(all, 'virt-handler pod')} on ${count(handlersByNode.size, 'node')}; ${hereText}.`,
    ),
    verdict: verdictIf(state !== 'Ready', situation),
  };
}

/** Step 2: what runs on the node and would have to be managed. */
export function virtualMachines(situation: RunbookCase): StepFinding {
  const { facts, node } = situation;
  const command = vmiCommand(node.name);
  const { vmis, launcherPods } = node;
  const unread = facts.unread.get('VirtualMachineInstance');
  if (unread !== undefined && launcherPods.length === 0) return couldNotLook(command, unread);
  const objects = [
    ...vmis.map((it) => named('VirtualMachineInstance', it)),
    ...launcherPods.map((it) => named('Pod', it)),
  ];
  const more = objects.length > MAX_OBJECTS ? `, of which ${MAX_OBJECTS} are named here` : '';
  const isTold = objects.length === 0 || node.handler.state !== 'Unknown';
  const managed = isTold
    ? `${node.handler.manages ? 'a' : 'no'} virt-handler manages them`
    : 'whether a virt-handler manages them cannot be told';
  const what = `${count(vmis.length, 'VMI')} and ${count(launcherPods.length, 'virt-launcher pod')} that have not ended`;
  return {
    command,
    objects: objects.slice(0, MAX_OBJECTS),
    observed: objects.length === 0 ? `Nothing runs on ${node.name}.` : `${what}${more}; ${managed}.`,
    verdict: isTold ? verdictIf(objects.length > 0 && !node.handler.manages, situation) : 'CouldNotLook',
  };
}

/** By KubeVirt's label where the node's name can be one; else all, of which the NODENAME column tells. */
function vmiCommand(node: string): string {
  const all = ['kubectl', 'get', 'vmis', '--all-namespaces'] as const;
  return node !== '' && labelValueError(node) === undefined
    ? shellCommand(...all, '-l', `kubevirt.io/nodeName=${node}`)
    : shellCommand(...all);
}

function named(
  kind: string,
  { namespace, name, resourceVersion }: { namespace: string; name: string; resourceVersion: string },
): SeenObject {
  return { object: `${kind} ${namespace}/${name}`, resourceVersion };
}

/** `1 pod`, `2 pods`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** A message of the cluster may have several lines. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ');
}
