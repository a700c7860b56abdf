import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_REMEDIATION } from '../../../shared/domain/remediation/remediation.ts';
import { parseIncident, toIncidentResource } from '../../../shared/kubernetes/incident-resource.ts';
import { aRecord, arbitraryRecord } from '../../support/arbitrary-incidents.ts';

type Fields = Record<string, unknown>;

/** As it comes back from the server: through JSON. */
function stored(record = aRecord()): Fields & { status: Fields; spec: Fields; metadata: Fields } {
  return JSON.parse(JSON.stringify(toIncidentResource(record, 'kubevirt-orphans')));
}

describe('the resource of an incident', () => {
  it('gives back the record that was written, whatever it holds', () => {
    fc.assert(
      fc.property(arbitraryRecord, (record) => {
        // JSON knows no -0 and no undefined: an event has been JSON once before it is written.
        const asJson = JSON.parse(JSON.stringify(record.outbox));
        expect(parseIncident(stored(record))).toEqual({ ...record, outbox: asJson });
      }),
    );
  });

  it('says in its status what kubectl shows, in times that people read', () => {
    expect(stored()).toMatchObject({
      apiVersion: 'kubevirt-orphans.dev/v1alpha1',
      kind: 'OrphanIncident',
      metadata: { name: 'node02', namespace: 'kubevirt-orphans', uid: 'u1', resourceVersion: '7' },
      spec: { nodeName: 'node02' },
      status: { state: 'Open', cause: 'TaintNotTolerated', vmiCount: 1, since: '2026-08-22T10:00:00.000Z' },
    });
    expect(Object.keys(stored().status)).not.toContain('resolvedAt');
  });

  it.each([
    ['no status', undefined],
    ['a null status', null],
    ['an empty status', {}],
  ])('is a record that was just made with %s', (_, status) => {
    expect(parseIncident({ ...stored(), status })).toEqual({
      uid: 'u1',
      resourceVersion: '7',
      node: 'node02',
      incident: undefined,
      outbox: [],
      deliveries: [],
      remediation: NO_REMEDIATION,
      approval: undefined,
    });
  });

  it('writes no status for a record that was just made', () => {
    expect(stored(aRecord({ incident: undefined, outbox: [] }))).not.toHaveProperty('status');
  });

  it('says nothing of remediation where there was none', () => {
    expect(stored().status).not.toHaveProperty('remediation');
    const started = stored(aRecord({ remediation: { ...NO_REMEDIATION, runs: 1 } }));
    expect(started.status['remediation']).toEqual({ attempts: [], changes: [], contests: [], runs: 1 });
  });

  it('refuses to write a remediation of no incident: it would be lost', () => {
    const remediation = { ...NO_REMEDIATION, runs: 1 };
    expect(() => stored(aRecord({ incident: undefined, outbox: [], remediation }))).toThrow(RangeError);
  });

  it('refuses to write events of no incident: they would be lost', () => {
    expect(() => stored(aRecord({ incident: undefined }))).toThrow(RangeError);
  });

  it('tolerates fields that a later version may have written', () => {
    const resource = stored();
    const later = { ...resource, status: { ...resource.status, mood: 'good' }, extra: 1 };
    expect(parseIncident(later)).toEqual(parseIncident(resource));
  });

  it.each([
    ['status.state', { state: 'Broken' }],
    ['status.severity', { severity: undefined }],
    ['status.episode', { episode: 0 }],
    ['status.revision', { revision: '2' }],
    ['status.since', { since: 'yesterday' }],
    ['status.causes[0].code', { causes: [{ code: 'Gremlins' }] }],
    ['status.vmis[0].uid', { vmis: [{ namespace: 'a', name: 'b' }] }],
    ['status.diagnosis.diagnosedAt', { diagnosis: { causes: [] } }],
    [
      'status.outbox[0].id',
      { outbox: [{ specversion: '1.0', source: 's', type: 't', subject: '', time: '' }] },
    ],
    ['status.remediation.runs', { remediation: { attempts: [], changes: [], contests: [] } }],
    [
      'status.remediation.changes[0].change.target',
      {
        remediation: {
          ...NO_REMEDIATION,
          changes: [{ run: 1, step: 0, at: '2026-08-22T10:00:00Z', change: { action: 'delete' } }],
        },
      },
    ],
    ['status.outbox[0].specversion', { outbox: [{ specversion: '0.3' }] }],
  ])('names the field that cannot be read: %s', (field, change) => {
    const resource = stored();
    const broken = { ...resource, status: { ...resource.status, ...change } };
    expect(parseIncident(broken)).toMatchObject({ field, problem: expect.stringMatching(/./) });
  });

  it.each([
    ['spec.nodeName', { spec: { nodeName: 'node03' } }],
    ['spec', { spec: undefined }],
    ['metadata.uid', { metadata: { name: 'node02', namespace: 'x', resourceVersion: '1' } }],
    ['kind', { kind: 'OrphanReport' }],
  ])('names what is wrong outside of the status: %s', (field, change) => {
    expect(parseIncident({ ...stored(), ...change })).toMatchObject({ field });
  });

  it.each([[null], [undefined], ['text'], [7], [[]]])('does not crash on %j', (value) => {
    expect(parseIncident(value)).toHaveProperty('field');
  });
});

describe('the approval of a record', () => {
  const KEY = 'kubevirt-orphans.dev/approved-revision';

  function approved(text: unknown, managedFields: unknown) {
    const resource = stored();
    const metadata = { ...resource.metadata, annotations: { [KEY]: text, other: 'x' }, managedFields };
    return parseIncident({ ...resource, metadata });
  }
  const owner = (manager: string, time: unknown, annotation = KEY) => ({
    manager,
    time,
    operation: 'Update',
    fieldsV1: { 'f:metadata': { 'f:annotations': { '.': {}, [`f:${annotation}`]: {} } } },
  });

  it('is by whoever manages the annotation, since they changed it last', () => {
    const fields = [
      owner('kubectl-edit', '2026-08-22T10:03:00Z'),
      owner('kubevirt-orphans-approve', '2026-08-22T10:05:00Z'),
      owner('someone-else', '2026-08-22T10:09:00Z', 'other'),
      { manager: 'kubevirt-orphans', time: '2026-08-22T10:10:00Z', fieldsV1: { 'f:status': {} } },
    ];
    expect(approved('7', fields)).toMatchObject({
      approval: {
        by: 'kubevirt-orphans-approve',
        at: Date.parse('2026-08-22T10:05:00Z'),
        revision: 7,
        planId: undefined,
      },
    });
  });

  const fine = [owner('kubectl', '2026-08-22T10:03:00Z')];
  it.each([
    ['of no revision', '', fine],
    ['of a word', 'yes', fine],
    ['of revision 0', '0', fine],
    ['of a fraction', '1.5', fine],
    ['of a number in other words', '0x7', fine],
    ['of more than there are', '9007199254740993', fine],
    ['of no text', 7, fine],
    ['that nobody owns', '7', [owner('kubectl', '2026-08-22T10:03:00Z', 'other')]],
    ['without managers', '7', undefined],
    ['with odd managers', '7', [null, 7, { manager: 'kubectl' }, {}]],
    ['given at no time', '7', [owner('kubectl', undefined), owner('kubectl', 'soon')]],
  ])('is none %s', (_, text, managedFields) => {
    expect(approved(text, managedFields)).toMatchObject({ node: 'node02', approval: undefined });
  });

  it.each([[null], ['text'], [[]]])('is none where the annotations are %j', (annotations) => {
    const resource = stored();
    const metadata = { ...resource.metadata, annotations, managedFields: null };
    expect(parseIncident({ ...resource, metadata })).toMatchObject({ approval: undefined });
  });
});
