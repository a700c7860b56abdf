import type { IncidentCause, IncidentWorkload } from './incident.ts';

/** Whether any of the workload that was there still is: by UID of a VMI, or by name of a launcher pod. */
export function isAnyLeft(previous: IncidentWorkload, seen: IncidentWorkload): boolean {
  const vmis = new Set(seen.vmis.map(({ uid }) => uid));
  const pods = new Set(seen.launcherPods.map(({ namespace, name }) => `${namespace}/${name}`));
  return (
    previous.vmis.some(({ uid }) => vmis.has(uid)) ||
    previous.launcherPods.some(({ namespace, name }) => pods.has(`${namespace}/${name}`))
  );
}

/** Whether the workload is the same set. */
export function isSameWorkload(previous: IncidentWorkload, seen: IncidentWorkload): boolean {
  const key = ({ vmis, vmiCount, launcherPods, launcherPodCount }: IncidentWorkload) =>
    JSON.stringify([
      vmis.map(({ uid, namespace, name }) => uid || `${namespace}/${name}`),
      vmiCount,
      launcherPods.map(({ namespace, name }) => `${namespace}/${name}`),
      launcherPodCount,
    ]);
  return key(previous) === key(seen);
}

/** By code and certainty: summaries tell counts and times, which change without anything having happened. */
export function isSameCauses(a: readonly IncidentCause[], b: readonly IncidentCause[]): boolean {
  return keyOfCauses(a) === keyOfCauses(b);
}

/** Whether nothing will bring a handler back by itself: that is proven. */
export function isDefinite({ certainty }: IncidentCause): boolean {
  return certainty === 'Definite';
}

function keyOfCauses(causes: readonly IncidentCause[]): string {
  return causes.map(({ code, certainty }) => `${code} ${certainty}`).join();
}
