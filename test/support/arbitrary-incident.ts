import fc from 'fast-check';
import { CAUSE_CODES, CAUSE_ORIGINS, CERTAINTIES } from '../../shared/domain/causes/cause.ts';
import {
  INCIDENT_STATES,
  type Incident,
  MAX_NAMED,
  RESOLUTIONS,
  SEVERITIES,
  VMI_FATES,
} from '../../shared/domain/incidents/incident.ts';
import {
  MITIGATION_CODES,
  MITIGATION_OWNERS,
  MITIGATION_RISKS,
} from '../../shared/domain/mitigations/mitigation.ts';
import { epochMs } from '../../shared/domain/units.ts';

/** Names as Kubernetes allows them. */
const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/);
/** From 2020 to 2100. */
export const arbitraryTime = fc.integer({ min: 1_577_836_800_000, max: 4_102_444_800_000 }).map(epochMs);

const cause = {
  code: fc.constantFrom(...CAUSE_CODES),
  certainty: fc.constantFrom(...CERTAINTIES),
  origin: fc.constantFrom(...CAUSE_ORIGINS),
  summary: fc.string({ unit: 'grapheme', maxLength: 1_500 }),
};
const mitigation = fc.record({
  code: fc.constantFrom(...MITIGATION_CODES),
  summary: fc.string(),
  command: fc.string(),
  risk: fc.constantFrom(...MITIGATION_RISKS),
  owner: fc.constantFrom(...MITIGATION_OWNERS),
});
const vmi = { namespace: name, name, uid: fc.string() };
const listOf = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: MAX_NAMED, size: 'medium' });

/** Any incident that the types allow, whether or not the state machine would make it. */
export const arbitraryIncident: fc.Arbitrary<Incident> = fc.record({
  node: name,
  nodeUid: fc.string(),
  state: fc.constantFrom(...INCIDENT_STATES),
  severity: fc.constantFrom(...SEVERITIES),
  episode: fc.integer({ min: 1, max: 1_000_000 }),
  revision: fc.integer({ min: 1, max: 9_999_999 }),
  since: arbitraryTime,
  openedAt: fc.option(arbitraryTime, { nil: undefined }),
  resolvedAt: fc.option(arbitraryTime, { nil: undefined }),
  resolution: fc.option(fc.constantFrom(...RESOLUTIONS), { nil: undefined }),
  causes: fc.array(fc.record(cause), { maxLength: 20 }),
  toldCauses: fc.option(
    fc.record({ causes: fc.array(fc.record(cause), { maxLength: 3 }), othersSince: arbitraryTime }),
    { nil: undefined },
  ),
  vmis: listOf(fc.record(vmi)),
  vmiCount: fc.nat(),
  launcherPods: listOf(fc.record({ namespace: name, name })),
  launcherPodCount: fc.nat(),
  goneVmis: listOf(fc.record({ ...vmi, fate: fc.constantFrom(...VMI_FATES) })),
  diagnosis: fc.option(
    fc.record({
      diagnosedAt: arbitraryTime,
      causes: fc.array(fc.record({ ...cause, mitigations: fc.array(mitigation) }), { maxLength: 20 }),
    }),
    { nil: undefined },
  ),
});
