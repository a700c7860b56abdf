import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  Incident,
  IncidentDiagnosis,
  IncidentMitigation,
} from '../../../../shared/domain/incidents/incident.ts';
import {
  composeMessage,
  MAX_TITLE_LENGTH,
  type MessageContext,
} from '../../../../shared/domain/notifications/compose-message.ts';
import type { Message } from '../../../../shared/domain/notifications/message.ts';
import { arbitraryIncident } from '../../../support/arbitrary-incident.ts';
import { at, DB, DEFINITE, incident, LIKELY, WEB } from '../../../support/incidents.ts';
import { textsOf } from '../../../support/message-texts.ts';

const CONTEXT: MessageContext = {
  uid: 'uid-record',
  clusterName: 'lab',
  namespace: 'orphans',
  links: {},
  now: at('2026-08-22T11:05:00.700Z'),
};
const compose = (one: Incident, context: Partial<MessageContext> = {}): Message =>
  composeMessage(one, { ...CONTEXT, ...context });
const factOf = ({ facts }: Message, wanted: string): string | undefined =>
  facts.find(({ label }) => label === wanted)?.value;
const listOf = ({ lists }: Message, wanted: string) => lists.find(({ title }) => title === wanted);
const NOTHING = { vmis: [], vmiCount: 0, launcherPods: [], launcherPodCount: 0 };

const mitigation = (owner: IncidentMitigation['owner'], command: string): IncidentMitigation => ({
  code: 'Investigate',
  summary: `About ${command}`,
  command,
  risk: 'Low',
  owner,
});
const diagnosis = (...ofCauses: readonly (readonly IncidentMitigation[])[]): IncidentDiagnosis => ({
  diagnosedAt: at('2026-08-22T10:00:05Z'),
  causes: ofCauses.map((mitigations) => ({ ...DEFINITE, mitigations })),
});

describe('a message of an open incident', () => {
  const message = compose(incident('Open', { causes: [DEFINITE], vmis: [DB, WEB], vmiCount: 2 }));

  it('says in its title what, where and why', () => {
    expect(message.title).toBe(
      'Orphaned: nothing manages 2 VMIs on node02 (cluster lab): NodeSelectorMismatch',
    );
  });

  it('names cluster, node, cause, since when and how to see the record', () => {
    expect(message.sentences).toEqual(['the placement keeps virt-handler away']);
    expect([message.key, message.revision, message.cause]).toEqual([
      'uid-record.1',
      3,
      'NodeSelectorMismatch',
    ]);
    expect(Object.fromEntries(message.facts.map(({ label, value }) => [label, value]))).toEqual({
      Cluster: 'lab',
      Node: 'node02',
      State: 'Open',
      Severity: 'warning',
      Cause: 'NodeSelectorMismatch (definite)',
      VMIs: '2',
      'Launcher pods': '1',
      Since: '2026-08-22T10:00:00Z (1 h 5 min)',
      Incident: 'kubectl -n orphans get orphanincident node02 -o yaml',
    });
  });

  it('names the VMIs, and what is lost meanwhile', () => {
    expect(message.lists.map(({ title }) => title)).toEqual(['VMIs', 'What is lost meanwhile']);
    expect(listOf(message, 'VMIs')).toMatchObject({ items: ['shop/db', 'shop/web'], more: 0 });
    expect(listOf(message, 'What is lost meanwhile')?.items).toContain(
      'Console, VNC, USB redirection, vsock',
    );
  });

  it('says that the cause is not known when it is not', () => {
    const unknown = compose(incident('Open', { causes: [] }));
    expect([unknown.cause, unknown.sentences]).toEqual(['Unknown', ['Why is not known yet.']]);
  });

  it('counts what is there, not what is named', () => {
    const vmis = Array.from({ length: 250 }, (_, index) => ({
      ...WEB,
      name: `vm-${index}`,
      uid: `${index}`,
    }));
    const many = compose(incident('Open', { vmis, vmiCount: 5_000, launcherPodCount: 5_000 }));
    expect(many.title).toContain('5,000 VMIs');
    expect(listOf(many, 'VMIs')).toMatchObject({ more: 4_980 });
    expect(listOf(many, 'VMIs')?.items).toHaveLength(20);
  });

  it('names VMIs that are gone already, the lost ones first', () => {
    const gone = [
      { ...WEB, fate: 'Succeeded' as const },
      { ...DB, fate: 'Failed' as const },
    ];
    const message = compose(incident('Open', { goneVmis: gone, severity: 'critical' }));
    expect(listOf(message, 'Left the node unmanaged')?.items).toEqual([
      'shop/db (Failed)',
      'shop/web (Succeeded)',
    ]);
  });

  it.each([
    ['virt-launcher-web-x7k2p', []],
    ['virt-launcher-web', []],
    ['virt-launcher-web-two-x7k2p', ['shop/virt-launcher-web-two-x7k2p']],
    ['virt-launcher-other-x7k2p', ['shop/virt-launcher-other-x7k2p']],
  ])('tells whether %s has a VMI', (name, expected) => {
    const pods = [{ namespace: 'shop', name }];
    const message = compose(incident('Open', { launcherPods: pods, launcherPodCount: 1 }));
    expect(listOf(message, 'Launcher pods without a VMI here')?.items ?? []).toEqual(expected);
  });

  it('knows the launcher of a VMI with a long name, which is cut', () => {
    const name = 'v'.repeat(63);
    const pods = [{ namespace: 'shop', name: `${`virt-launcher-${name}`.slice(0, 58)}abcde` }];
    const message = compose(
      incident('Open', { vmis: [{ ...WEB, name }], vmiCount: 1, launcherPods: pods, launcherPodCount: 1 }),
    );
    expect(listOf(message, 'Launcher pods without a VMI here')).toBeUndefined();
  });

  it('counts launcher pods where there is no VMI', () => {
    const pods = [{ namespace: 'shop', name: 'virt-launcher-web-x7k2p' }];
    const message = compose(incident('Open', { ...NOTHING, launcherPods: pods, launcherPodCount: 1 }));
    expect(message.title).toContain('1 launcher pod on node02');
    expect(listOf(message, 'Launcher pods without a VMI here')?.items).toEqual([
      'shop/virt-launcher-web-x7k2p',
    ]);
  });
});

describe('what is no outage', () => {
  it.each([
    ['AtRisk', /^Warning: 1 VMI on node02 .*may soon be orphaned/, /warning, not an outage/],
    ['Suspected', /^Suspected: 1 VMI on node02 .*or it passes/, /no outage yet/],
  ] as const)('reads so: %s', (state, title, sentence) => {
    const message = compose(incident(state, { causes: [LIKELY] }));
    expect(message.title).toMatch(title);
    expect(message.sentences.join(' ')).toMatch(sentence);
    expect(message.isBadEnd).toBe(false);
  });
});

describe('what would help', () => {
  const look = mitigation('None', 'kubectl get nodes');
  const change = mitigation('Node', 'kubectl label node/node02 zone=a');
  const other = mitigation('KubeVirt', 'kubectl patch kubevirt kubevirt');

  it.each([
    ['the first that changes something', [[look, change, other]], change.command],
    ['the first that looks, when none changes anything', [[look]], look.command],
    ['of the primary cause, also when the second would change something', [[look], [change]], look.command],
    ['of the second cause, when nothing helps against the first', [[], [change]], change.command],
    [
      'one that can be pasted',
      [[mitigation('Node', 'a\nb'), mitigation('Node', 'c \u202Ed'), look]],
      look.command,
    ],
    ['nothing', [[]], undefined],
  ] as const)('is %s', (_, ofCauses, command) => {
    const { help } = compose(incident('Open', { diagnosis: diagnosis(...ofCauses) }));
    expect(help?.command).toBe(command);
  });

  it('is nothing once it is over', () => {
    expect(compose(incident('Resolved', { diagnosis: diagnosis([change]) })).help).toBeUndefined();
  });
});

it('leads to the record by a link where one is configured, by a command otherwise', () => {
  const links = { incident: 'https://console.example/{{namespace}}/{{node}}' };
  const message = compose(incident('Open'), { links });
  expect(message.links.map(({ url }) => url)).toContain('https://console.example/orphans/node02');
  expect(factOf(message, 'Incident')).toBeUndefined();
});

it('is one line wherever it is text, and short where it has to be, for any incident', () => {
  fc.assert(
    fc.property(
      arbitraryIncident,
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'binary', maxLength: 400 }),
      (one, clusterName, node) => {
        const message = compose({ ...one, node }, { clusterName });
        for (const text of textsOf(message))
          expect(text).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u);
        expect(message.title.length).toBeLessThanOrEqual(MAX_TITLE_LENGTH);
        for (const { items, more } of message.lists) expect(items.length + more).toBeGreaterThan(0);
      },
    ),
    { numRuns: 100 },
  );
});
