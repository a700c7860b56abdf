import { describe, expect, it } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import { createApprovalLinks } from '../../../shared/runtime/approval.ts';
import { FakeChannel } from '../../support/fake-channel.ts';
import { notifyWorld, TICK } from '../../support/notify-world.ts';
import { anAttempt, aRun, remediationOf } from '../../support/remediation.ts';

const SIGNER = { sign: async () => 'the-secret' };
const approvalLinks = createApprovalLinks(
  new URL('https://ops.example/approve'),
  SIGNER,
  durationMs(900_000),
);
const PROPOSED: typeof TICK = { ...TICK, type: 'dev.kubevirt-orphans.remediation.proposed.v1', data: {} };

describe('notify, of remediation', () => {
  it('tells each stage once, without a new revision', async () => {
    const [ops, mail, hook] = [
      new FakeChannel('ops', { updates: 'in place' }),
      new FakeChannel('mail'),
      new FakeChannel('hook', { updates: 'as a new message', remediation: false }),
    ];
    const names = { route: { channels: ['ops', 'mail', 'hook'] } };
    const { fn, put, incidents, deliveries } = notifyWorld([ops, mail, hook], names);
    put('node02');
    await fn.handle(TICK);
    const stages = [
      { run: aRun() },
      { run: aRun({ phase: 'Writing' }) },
      { run: aRun({ phase: 'Verifying' }) },
      { run: aRun({ phase: 'Reverting' }) },
      { attempts: [anAttempt()] },
    ];
    for (const parts of stages) {
      incidents.put({
        ...incidents.records.get('node02'),
        node: 'node02',
        remediation: remediationOf(parts),
      });
      await fn.handle(PROPOSED);
      await fn.handle(PROPOSED);
    }
    const said = ({ notices }: FakeChannel) =>
      notices.map(({ isAboutRemediation, message }) =>
        isAboutRemediation ? message.remediation?.stage : 'opened',
      );
    expect(said(ops)).toEqual(['opened', 'Waiting 1', 'Running 1', 'Reverting 1', 'Failed 1']);
    expect(said(mail)).toEqual(['opened', 'Waiting 1', 'Failed 1']);
    expect(said(hook)).toEqual(['opened']);
    expect(deliveries('node02').map(({ told }) => [told?.revision, told?.remediation])).toEqual([
      [3, undefined],
      [3, 'Failed 1'],
      [3, 'Failed 1'],
    ]);
  });

  it('links to where the plan is approved, in messages and nowhere else', async () => {
    const ops = new FakeChannel('ops');
    const { instance, put, incidents, sink } = notifyWorld([ops], { approvalLinks });
    put('node02');
    incidents.put({
      ...incidents.records.get('node02'),
      node: 'node02',
      remediation: remediationOf({ run: aRun() }),
    });
    await instance().handle(TICK);
    expect(ops.notices.flatMap(({ message }) => message.links)).toContainEqual({
      label: 'Approve',
      url: 'https://ops.example/approve?token=the-secret',
    });
    const elsewhere = [ops.notices.map(({ event }) => event), [...incidents.records.values()], sink.events];
    expect(JSON.stringify(elsewhere)).not.toContain('the-secret');
  });

  it('says nothing of it for each node of a storm', async () => {
    const ops = new FakeChannel('ops', { updates: 'in place' });
    const { fn, put, incidents } = notifyWorld([ops]);
    for (const node of ['a', 'b', 'c']) put(node);
    await fn.handle(TICK);
    for (const node of ['a', 'b', 'c'])
      incidents.put({ ...incidents.records.get(node), node, remediation: remediationOf({ run: aRun() }) });
    await fn.handle(PROPOSED);
    expect(ops.told).toEqual(['open a and 2 more']);
  });
});
