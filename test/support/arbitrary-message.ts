import fc from 'fast-check';
import { type Incident, MAX_NAMED } from '../../shared/domain/incidents/incident.ts';
import { composeMessage, type MessageContext } from '../../shared/domain/notifications/compose-message.ts';
import { composeStorm } from '../../shared/domain/notifications/compose-storm.ts';
import type { Message } from '../../shared/domain/notifications/message.ts';
import { arbitraryIncident } from './arbitrary-incident.ts';
import { at } from './incidents.ts';

/** What means something in one channel's markup or another's, or needs more room once it is escaped. */
const MARKUP = [
  '<!channel>',
  '<!here|x>',
  '<@U123ABC>',
  '<#C123>',
  '<https://evil.example|kubevirt.io>',
  '[kubevirt](https://evil.example)',
  '<at>everyone</at>',
  '*bold* ',
  '_italic_ ',
  '**both** ',
  '~no~ ',
  '`code`',
  '```block```',
  '\n# head\n',
  '\n- item\r\n',
  '&amp;',
  '&&&&',
  '"\\',
  '\u0000\u001B[31m',
  '\u202E',
  ':fire:',
  '\u{1F600}',
  '\uD83D',
];
const hostileText = fc
  .tuple(
    fc.array(fc.oneof(fc.constantFrom(...MARKUP), fc.string({ maxLength: 8 })), { maxLength: 40 }),
    fc.integer({ min: 1, max: 40 }),
  )
  .map(([parts, times]) => parts.join('').repeat(times));
/** A name at the limit of its length. */
const longName = fc.constantFrom(
  `${'n'.repeat(250)}.a1`,
  `${'&<>'.repeat(84)}z`,
  '"'.repeat(253),
  '\u{1F600}'.repeat(126),
);
const hostileName = fc.oneof(longName, hostileText, fc.constantFrom('web', 'db'));

/** As bad as a record can be: as many names as it holds, all of them as long and as hostile as somebody may make them. */
const hostileIncident: fc.Arbitrary<Incident> = fc
  .tuple(arbitraryIncident, hostileName, hostileText, fc.boolean())
  .map(([incident, name, text, isFull]) => {
    const vmis = Array.from({ length: isFull ? MAX_NAMED : 3 }, (_, index) => ({
      namespace: name.slice(0, 63),
      name: `${index}${name}`,
      uid: `uid-${index}`,
    }));
    return {
      ...incident,
      node: name,
      vmis,
      vmiCount: 5_000,
      launcherPods: vmis.map(({ namespace, name: vmi }) => ({ namespace, name: `x${vmi}` })),
      launcherPodCount: 5_000,
      goneVmis: vmis.map((vmi) => ({ ...vmi, fate: 'Failed' as const })),
      causes: incident.causes.map((cause) => ({ ...cause, summary: text })),
      diagnosis: incident.diagnosis && {
        ...incident.diagnosis,
        causes: incident.diagnosis.causes.map((cause) => ({
          ...cause,
          summary: text,
          mitigations: cause.mitigations.map((mitigation) => ({
            ...mitigation,
            summary: text,
            command: text,
          })),
        })),
      },
    };
  });

const context: fc.Arbitrary<MessageContext> = fc.record({
  uid: fc.constantFrom('uid-record', 'u'.repeat(300)),
  clusterName: fc.oneof(fc.constant('lab'), hostileText),
  namespace: fc.constantFrom('kubevirt-orphans', 'n'.repeat(63)),
  links: fc.record({
    runbook: fc.constantFrom(
      undefined,
      `https://wiki.example/${'x'.repeat(2_900)}`,
      'https://wiki.example/a|b?<c>&d',
    ),
    dashboard: fc.constantFrom(
      undefined,
      `https://grafana.example/${'&'.repeat(2_900)}`,
      'https://g.example/{{node}}',
    ),
    incident: fc.constantFrom(undefined, `https://console.example/${'y'.repeat(2_900)}`),
  }),
  now: fc.constant(at('2026-08-22T10:12:30Z')),
});

/** Any message that can come of any incidents, the most hostile ones among them. */
export const arbitraryMessage: fc.Arbitrary<Message> = fc
  .tuple(
    fc.oneof(arbitraryIncident, hostileIncident),
    fc.array(fc.oneof(arbitraryIncident, hostileIncident), { maxLength: 3 }),
    fc.integer({ min: 1, max: 50 }),
    context,
  )
  .map(([incident, others, times, told]) => {
    if (others.length === 0) return composeMessage(incident, told);
    const many = Array.from({ length: times }, (_, round) =>
      others.map((other) => ({ ...other, node: `${round}${other.node}` })),
    );
    return composeStorm(many.flat(), incident, told);
  });
