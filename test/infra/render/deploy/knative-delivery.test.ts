import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { triggerOf } from '../../../../infra/render/deploy/knative-delivery.ts';
import { scheduleOf } from '../../../../infra/render/deploy/knative-sources.ts';
import { toLabelSelector } from '../../../../infra/render/deploy/label-selector.ts';
import { KNOWN_TYPES } from '../../../../infra/server/observe-process.ts';
import { MANIFESTS, objectsIn } from '../../../support/rendered.ts';

type Attributes = Readonly<Record<string, string>>;
interface TriggerSpec {
  readonly filters: readonly { readonly any: readonly { readonly exact: Attributes }[] }[];
  readonly delivery: { readonly deadLetterSink: { readonly ref: { readonly name: string } } };
}

/** As Knative's broker does it: every filter holds; of `any` one; of `exact` all attributes. */
function passes({ filters }: TriggerSpec, event: Attributes): boolean {
  return filters.every(({ any }) =>
    any.some(({ exact }) => Object.entries(exact).every(([name, value]) => event[name] === value)),
  );
}

const arbitraryEvent = fc.record({
  type: fc.constantFrom(...KNOWN_TYPES, 'com.example.else'),
  kind: fc.constantFrom('Pod', 'Node', 'DaemonSet', 'VirtualMachineInstance', 'KubeVirt', 'Secret'),
});

describe.each(MANIFESTS)('the Trigger of $name', (manifest) => {
  const spec = triggerOf(manifest)['spec'] as TriggerSpec;

  it('lets pass what the manifest names, and nothing else', () => {
    fc.assert(
      fc.property(arbitraryEvent, (event) => {
        const isNamed = manifest.consumes.some(
          ({ type, attributes = {} }) =>
            type === event.type &&
            Object.entries(attributes).every(([name, value]) => (event as Attributes)[name] === value),
        );
        expect(passes(spec, event)).toBe(isNamed);
      }),
    );
  });

  it('ends with a broker for dead letters', () => {
    const brokers = objectsIn('knative/program').filter(({ kind }) => kind === 'Broker');
    const { name } = spec.delivery.deadLetterSink.ref;
    expect(brokers.map(({ metadata }) => metadata.name)).toEqual(['events', name]);
  });
});

it('keeps the order of events, but where a function takes them in any', () => {
  const unordered = MANIFESTS.filter((manifest) =>
    JSON.stringify(triggerOf(manifest).metadata).includes('"unordered"'),
  );
  expect(unordered.map(({ name }) => name)).toEqual(['notify']);
});

describe('scheduleOf', () => {
  it.each([
    [15, '*/15 * * * * *'],
    [30, '*/30 * * * * *'],
    [60, '0 */1 * * * *'],
    [300, '0 */5 * * * *'],
  ])('every %i seconds', (seconds, expected) => {
    expect(scheduleOf(seconds)).toBe(expected);
  });

  it.each([7, 45, 90, 420, 3_600])('refuses %i seconds, which a schedule cannot say', (seconds) => {
    expect(() => scheduleOf(seconds)).toThrow(`every ${seconds} seconds`);
  });
});

describe('toLabelSelector', () => {
  it.each([
    ['kubevirt.io=virt-handler', { matchLabels: { 'kubevirt.io': 'virt-handler' } }],
    ['a in (b,c)', { matchExpressions: [{ key: 'a', operator: 'In', values: ['b', 'c'] }] }],
  ])('%s', (query, expected) => {
    expect(toLabelSelector(query)).toEqual(expected);
  });

  it.each(['a', 'a!=b', 'a=b,c=d', 'a notin (b)', ''])('refuses "%s"', (query) => {
    expect(() => toLabelSelector(query)).toThrow(RangeError);
  });
});
