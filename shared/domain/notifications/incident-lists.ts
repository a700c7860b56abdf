import { LOST_FOR_EVERY_VMI } from '../impact/losses.ts';
import type { Incident, IncidentPod, IncidentVmi, VmiFate } from '../incidents/incident.ts';
import type { MessageList } from './message.ts';
import { plainLine } from './plain-line.ts';

/** How many names people read in a message; the record has up to 250. */
const MAX_ITEMS = 20;
/** Longest item. A namespace has at most 63 characters and a name 253. Source: RFC 1123, RFC 1035 as Kubernetes bounds names. */
const MAX_ITEM_LENGTH = 330;

/** What a message lists of one incident, the most important first. */
export function listIncident(incident: Incident): readonly MessageList[] {
  const gone = listGone(incident);
  const vmis = listVmis(incident);
  const lists = incident.state === 'Resolved' ? [gone, vmis] : [vmis, gone, listLosses(incident)];
  return [...lists, listLonePods(incident)].filter(({ items, more }) => items.length + more > 0);
}

/**
 * A list of what people read.
 *
 * @param total - how many there are, if `items` are not all
 * @param max - how many are shown
 */
export function listOf(
  title: string,
  items: readonly string[],
  total = items.length,
  max = MAX_ITEMS,
): MessageList {
  const shown = items.slice(0, max).map((item) => plainLine(item, MAX_ITEM_LENGTH));
  return { title, items: shown, more: Math.max(0, total - shown.length, items.length - shown.length) };
}

/** VMIs that left, the lost ones first. */
export function listGone({ goneVmis }: Pick<Incident, 'goneVmis'>): MessageList {
  const ordered = (['Failed', 'Gone', 'Succeeded'] satisfies VmiFate[]).flatMap((wanted) =>
    goneVmis.filter(({ fate }) => fate === wanted),
  );
  return listOf(
    'Left the node unmanaged',
    ordered.map((vmi) => `${nameOf(vmi)} (${vmi.fate})`),
  );
}

function listVmis({ state, vmis, vmiCount }: Incident): MessageList {
  return listOf(state === 'Resolved' ? 'VMIs on the node' : 'VMIs', vmis.map(nameOf), vmiCount);
}

function listLosses({ state }: Incident): MessageList {
  return listOf(state === 'AtRisk' ? 'What would be lost' : 'What is lost meanwhile', LOST_FOR_EVERY_VMI);
}

/** Launchers whose VMI is not there: it was deleted, or is still on the node that it migrates from. */
function listLonePods({ vmis, vmiCount, launcherPods, launcherPodCount }: Incident): MessageList {
  // Where not all VMIs are named, a pod may belong to one of the others.
  const lone =
    vmiCount > vmis.length ? [] : launcherPods.filter((pod) => !vmis.some((vmi) => isLauncherOf(pod, vmi)));
  const unnamed = lone.length === 0 ? 0 : Math.max(0, launcherPodCount - launcherPods.length);
  return listOf('Launcher pods without a VMI here', lone.map(nameOf), lone.length + unnamed);
}

/**
 * A launcher's name is `virt-launcher-<VMI>-` and five random characters, after the first 58 of what is before them.
 *
 * @see kubevirt `pkg/virt-controller/services/template.go`, generateName; Kubernetes `pkg/api/names/generate.go`
 */
function isLauncherOf(pod: IncidentPod, { namespace, name }: IncidentVmi): boolean {
  if (pod.namespace !== namespace) return false;
  const base = `virt-launcher-${name}`;
  if (pod.name === base) return true;
  const prefix = `${base}-`.slice(0, MAX_GENERATED_BASE);
  return pod.name.startsWith(prefix) && pod.name.length <= prefix.length + RANDOM_LENGTH;
}
const RANDOM_LENGTH = 5;
const MAX_GENERATED_BASE = 63 - RANDOM_LENGTH;

function nameOf({ namespace, name }: IncidentPod): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
