import fc from 'fast-check';

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary-ascii' }),
  fc.constantFrom(
    'Running',
    'a: b',
    '# c',
    '- d',
    '---',
    'x\n  y\n\nz\n',
    ' lead',
    '"q"',
    "it's",
    '*a',
    '&b',
    '!c',
    '{',
    '[1]',
    '~',
    'null',
    '1e3',
    '0x1f',
    'yes',
    '2026-08-22T10:05:00Z',
    '',
    '\t',
    '|',
    '>',
    'a\\b',
    '%d',
    '@e',
    '`f',
  ),
);
const junk = fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' });
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 4 });

/** An object with these members in any order, some absent, some null, and others that nobody reads. */
function fields(wanted: Record<string, fc.Arbitrary<unknown>>, required: readonly string[] = []) {
  const names = Object.keys(wanted);
  return fc
    .tuple(
      fc.record(wanted, { requiredKeys: [...required] }),
      fc.dictionary(fc.constantFrom('managedFields', 'x', 'a b', 'q"', 'ü', 'extra.io/key', '1', '-'), junk, {
        maxKeys: 3,
      }),
      fc.shuffledSubarray([...names, 'managedFields', 'x', 'a b', 'q"', 'ü', 'extra.io/key', '-'], {
        minLength: 0,
      }),
    )
    .map(([members, extra, order]) => {
      const all = new Map(Object.entries({ ...extra, ...members }));
      const keys = [...order, ...all.keys()].filter(
        (key, i, list) => all.has(key) && list.indexOf(key) === i,
      );
      return Object.fromEntries(keys.map((key) => [key, all.get(key)]));
    });
}

const conditions = fc.array(
  fields({ type: text, status: text, message: optional(text), reason: optional(text) }, ['type', 'status']),
  { maxLength: 3 },
);
const requirement = fields(
  { key: text, operator: text, values: optional(fc.array(text, { maxLength: 2 })) },
  ['key', 'operator'],
);
const terms = fc.array(fields({ matchExpressions: optional(fc.array(requirement, { maxLength: 2 })) }), {
  maxLength: 2,
});
const placement = {
  nodeName: optional(text),
  nodeSelector: optional(fc.dictionary(text, text, { maxKeys: 2 })),
  affinity: optional(
    fields({
      nodeAffinity: fields({
        requiredDuringSchedulingIgnoredDuringExecution: fields({ nodeSelectorTerms: terms }),
      }),
    }),
  ),
  tolerations: optional(
    fc.array(optional(fields({ key: optional(text), operator: optional(text) })), { maxLength: 2 }),
  ),
};
const labels = fc
  .tuple(
    fc.dictionary(text, text, { maxKeys: 3 }),
    fc.constantFrom('virt-launcher', 'virt-handler', 'hotplug-disk', undefined),
  )
  .map(([others, label]) => (label === undefined ? others : { ...others, 'kubevirt.io': label }));
const name = fc.string({ unit: fc.constantFrom(...'abc-1é'), minLength: 1, maxLength: 8 });
const metadata = fields(
  {
    name,
    namespace: name,
    uid: optional(text),
    generation: optional(fc.integer()),
    labels: optional(labels),
    annotations: optional(
      fc.dictionary(fc.constantFrom('kubevirt.io/heartbeat', 'kubevirt.io/domain', 'other'), text),
    ),
    ownerReferences: optional(
      fc.array(
        fields({ apiVersion: text, kind: text, name: text, controller: fc.boolean() }, [
          'apiVersion',
          'kind',
          'name',
        ]),
        { maxLength: 2 },
      ),
    ),
  },
  ['name', 'namespace'],
);
const IDENTITIES = [
  ['v1', 'Node'],
  ['v1', 'Pod'],
  ['v1', 'Pod'],
  ['apps/v1', 'DaemonSet'],
  ['kubevirt.io/v1', 'VirtualMachineInstance'],
  ['kubevirt.io/v1alpha3', 'KubeVirt'],
  ['v1', 'Secret'],
  ['other/v1', 'Node'],
] as const;
const spec = fields({
  ...placement,
  taints: optional(fc.array(fields({ key: text, effect: text }, ['key', 'effect']), { maxLength: 2 })),
  template: optional(fields({ spec: fields(placement) })),
});
const status = fields({
  phase: optional(text),
  nodeName: optional(text),
  conditions: optional(conditions),
  numberReady: optional(fc.nat()),
});

/** An object of a kind we read or not, rarely with something of a wrong type. */
export const anObject = fc
  .tuple(fc.constantFrom(...IDENTITIES), fc.nat({ max: 40 }))
  .chain(([[apiVersion, kind], wrong]) =>
    fields(
      {
        apiVersion: fc.constant(apiVersion),
        kind: fc.constant(kind),
        metadata: wrong === 0 ? junk : metadata,
        spec: wrong === 1 ? junk : optional(spec),
        status: wrong === 2 ? junk : optional(status),
      },
      ['apiVersion', 'kind', 'metadata'],
    ),
  );

/** An object, a mixed list, or a list of nodes or pods of which the items do not say what they are. */
export const aDocument = fc.oneof(
  anObject,
  fields(
    {
      apiVersion: fc.constant('v1'),
      kind: fc.constant('List'),
      items: fc.array(fc.oneof({ weight: 20, arbitrary: anObject }, { weight: 1, arbitrary: junk }), {
        maxLength: 4,
      }),
      metadata: junk,
    },
    ['apiVersion', 'kind', 'items'],
  ),
  fields(
    {
      apiVersion: fc.constant('v1'),
      kind: fc.constantFrom('NodeList', 'PodList', 'SecretList'),
      items: fc.array(fields({ metadata, spec: optional(spec) }, ['metadata']), { maxLength: 4 }),
    },
    ['apiVersion', 'kind', 'items'],
  ),
);

/** Sizes of chunks, to be used in turn. */
export const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
