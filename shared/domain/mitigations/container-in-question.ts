import type { Cause } from '../causes/cause.ts';
import { HANDLER_NAME } from '../installation.ts';
import type { PodObject } from '../objects.ts';

/** Whose log tells more about a cause, and which: a container that runs no more, or is made anew, has a previous one. */
export interface LogInQuestion {
  readonly container: string;
  readonly previous: boolean;
}

const CONTAINER = /^status\.(initContainerStatuses|containerStatuses)\[(\d+)\]/;

/** The log of the container that the evidence is about, an init container too; before its end where it has ended. */
export function logOfCrash({ evidence }: Cause, pod: PodObject | undefined): LogInQuestion {
  const [, list, index] = evidence.map(({ field }) => CONTAINER.exec(field)).find((it) => it !== null) ?? [];
  const statuses = list === undefined ? [] : pod?.status?.[list as 'containerStatuses'];
  const container = statuses?.[Number(index)]?.name ?? HANDLER_NAME;
  // One that has ended and was not started again has no previous one: kubectl would fail.
  return { container, previous: !evidence.some(({ field }) => field.includes('.state.terminated')) };
}

/** The log of virt-handler, or of another container of its pod where only that one is not ready. */
export function logOfUnready(pod: PodObject | undefined): LogInQuestion {
  const unready = (pod?.status?.containerStatuses ?? []).filter(({ ready }) => ready === false);
  const names = unready.map(({ name }) => name);
  const [first = HANDLER_NAME] = names;
  return { container: names.includes(HANDLER_NAME) ? HANDLER_NAME : first, previous: false };
}
