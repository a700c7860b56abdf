/** A label selector as objects have it. Source: k8s.io/apimachinery `pkg/apis/meta/v1`, LabelSelector. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly object[];
}

/**
 * A selector as a query has it, `key=value` or `key in (a,b)`, as objects have it.
 *
 * @throws RangeError for any other
 */
export function toLabelSelector(query: string): LabelSelector {
  const [, key, list] = /^(\S+) in \(([^()]+)\)$/.exec(query) ?? [];
  if (key !== undefined && list !== undefined)
    return { matchExpressions: [{ key, operator: 'In', values: list.split(',') }] };
  const [, label, value] = /^([^\s=!,]+)=([^\s=,]+)$/.exec(query) ?? [];
  if (label === undefined || value === undefined)
    throw new RangeError(`"${query}" is no selector that is known here`);
  return { matchLabels: { [label]: value } };
}
