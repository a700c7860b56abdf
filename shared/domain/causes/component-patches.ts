import { HANDLER_NAME } from '../installation.ts';
import type { ComponentPatch, KubeVirtObject } from '../objects.ts';
import type { Obstacle } from '../placement/daemonset-placement.ts';
import type { Evidence } from './cause.ts';
import { seen } from './evidence.ts';

/** The patches of customizeComponents that put a rule into the DaemonSet, as evidence; empty when there is none. */
export function seenPatches(
  kubeVirt: KubeVirtObject | undefined,
  obstacles: readonly Obstacle[],
): readonly Evidence[] {
  const words = obstacles.flatMap(wordsOf);
  return (kubeVirt?.spec?.customizeComponents?.patches ?? []).flatMap((patch, index) => {
    const isIt = isForHandler(patch) && words.some((word) => mentions(patch, word));
    return kubeVirt === undefined || !isIt
      ? []
      : [seen(kubeVirt, `spec.customizeComponents.patches[${index}]`, patch.patch)];
  });
}

/** Types and names are compared without case, `*` is all. Source: kubevirt `pkg/virt-operator/resource/apply/patches.go`. */
function isForHandler({ resourceType = '', resourceName = '' }: ComponentPatch): boolean {
  return isOneOf(resourceType, 'daemonset') && isOneOf(resourceName, HANDLER_NAME);
}

function isOneOf(pattern: string, name: string): boolean {
  return pattern === '*' || pattern.toLowerCase() === name;
}

/** A JSON patch may write a key as a pointer, in which `/` is `~1` and `~` is `~0` (RFC 6901). */
function mentions({ patch = '' }: ComponentPatch, word: string): boolean {
  return patch.includes(word) || patch.includes(word.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** What a patch that sets the rule has to name. */
function wordsOf(obstacle: Obstacle): readonly string[] {
  switch (obstacle.kind) {
    case 'NodeName':
      return ['nodeName'];
    case 'NodeSelector':
      return [obstacle.key];
    case 'NodeAffinity':
      return obstacle.terms.flatMap(({ failing }) => failing.map(({ requirement }) => requirement.key));
    case 'Taint':
      return [];
  }
}
