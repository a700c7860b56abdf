import type { NodeObject, PodObject } from '../../../../shared/domain/objects.ts';
import type { KubeObject } from '../api/kube-object.ts';

/** A stored node as the domain sees it. */
export const asNode = (object: KubeObject): NodeObject => object as unknown as NodeObject;
/** A stored pod as the domain sees it. */
export const asPod = (object: KubeObject): PodObject => object as unknown as PodObject;

/** Whether a condition of an object is `True`. */
export function isConditionTrue(object: KubeObject, type: string): boolean {
  return (
    asPod(object).status?.conditions?.some((each) => each.type === type && each.status === 'True') ?? false
  );
}

/** Whether an object is on its way out. */
export function isTerminating({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}
