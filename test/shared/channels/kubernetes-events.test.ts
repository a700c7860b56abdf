import { describe, expect, it } from 'vitest';
import { createKubernetesEventsChannel, toObjectEvents } from '../../../shared/channels/kubernetes-events.ts';
import { KubeForbiddenError, KubeUnavailableError } from '../../../shared/errors/errors.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import type { EventRecorder, ObjectEvent, RecordOutcome } from '../../../shared/runtime/event-recorder.ts';
import type { Log, LogFacts } from '../../../shared/runtime/ports.ts';
import { failureOf } from '../../support/failure.ts';
import { describeGoldens } from '../../support/golden.ts';
import { notices } from '../../support/notices.ts';
import { SILENT_LOG } from '../../support/runtime-ports.ts';

type Answer = (event: ObjectEvent, count: number) => RecordOutcome;

function aNotice(name = 'opened', parts: Partial<Notice> = {}): Notice {
  const notice = notices()[name];
  if (notice === undefined) throw new Error(`there is no ${name}`);
  return { ...notice, ...parts };
}

/** Sends a notice to a cluster that answers so. */
async function send(notice: Notice, answer: Answer = () => 'there') {
  const calls: string[] = [];
  const warnings: LogFacts[] = [];
  const write = (verb: string) => async (event: ObjectEvent) => {
    calls.push(`${verb} ${event.regarding.kind} ${event.regarding.name}`);
    return answer(event, calls.length);
  };
  const recorder: EventRecorder = { record: write('record'), repeat: write('repeat') };
  const log: Log = { ...SILENT_LOG, warn: (facts) => void warnings.push(facts) };
  const channel = createKubernetesEventsChannel({ name: 'events', recorder, log });
  const outcome = await channel.send(notice, undefined).then(
    () => 'told' as const,
    (error: unknown) => error,
  );
  return { calls, warnings, outcome };
}

const manyVmis = Array.from({ length: 300 }, (_, index) => ({
  namespace: 'shop',
  name: `vm-${index}`,
  uid: `uid-${index}`,
}));

describe('a notice', () => {
  it('is on the node and on each VMI', async () => {
    expect(await send(aNotice())).toEqual({
      calls: ['record Node node02', 'record VirtualMachineInstance db', 'record VirtualMachineInstance web'],
      warnings: [],
      outcome: 'told',
    });
  });

  it('counts the series up when it is a repeat', async () => {
    const { calls } = await send(aNotice('opened', { intent: 'repeat', vmis: [] }));
    expect(calls).toEqual(['repeat Node node02']);
  });

  it('is on 250 VMIs at most', async () => {
    expect((await send(aNotice('opened', { vmis: manyVmis }))).calls).toHaveLength(251);
  });

  it('has the same names whoever tells it, and others for another revision or object', () => {
    const names = (notice: Notice) => toObjectEvents(notice).map(({ name }) => name);
    const first = names(aNotice());
    expect(names(aNotice('opened', { intent: 'repeat', now: aNotice().now }))).toEqual(first);
    const next = aNotice();
    const later = names({ ...next, message: { ...next.message, revision: 99 } });
    expect(new Set([...first, ...later]).size).toBe(6);
    for (const name of first) expect(name).toMatch(/^kubevirt-orphans\.[0-9a-f]{32}$/);
  });

  it.each([
    ['at-risk', 'Warning', 'NodeAtRisk'],
    ['suspected', 'Normal', 'VirtHandlerMissing'],
    ['opened', 'Warning', 'VirtHandlerMissing'],
    ['recovered', 'Normal', 'IncidentResolved'],
    ['vms-gone', 'Warning', 'VirtualMachinesLost'],
  ])('that is %s is %s %s', (name, type, reason) => {
    for (const event of toObjectEvents(aNotice(name))) expect(event).toMatchObject({ type, reason });
  });
});

describe('a namespace', () => {
  it.each(['forbidden', 'refused', 'gone'] as const)(
    'that says %s keeps no other from being told',
    async (said) => {
      const { calls, warnings, outcome } = await send(aNotice(), ({ regarding }) =>
        regarding.name === 'db' ? said : 'there',
      );
      expect(calls).toHaveLength(3);
      expect(outcome).toBe('told');
      expect(warnings).toHaveLength(said === 'gone' ? 0 : 1);
    },
  );
});

describe('a failure', () => {
  it.each(['forbidden', 'refused', 'gone'] as const)('is a node whose Event is %s', async (said) => {
    const { outcome } = await send(aNotice(), () => said);
    expect(await failureOf(() => Promise.reject(outcome))).toMatchObject({
      code: 'CHANNEL_REFUSED',
      remedy: expect.stringContaining('events.k8s.io'),
    });
  });

  it.each([
    [new KubeUnavailableError('the server is away', 'Wait.'), 'CHANNEL_UNAVAILABLE'],
    [new KubeForbiddenError('no', 'Ask.'), 'CHANNEL_REFUSED'],
  ])('of the API server is one of the channel: %s', async (error, code) => {
    const { calls, outcome } = await send(aNotice('opened', { vmis: manyVmis }), (_, count) => {
      if (count > 20) throw error;
      return 'there';
    });
    expect(await failureOf(() => Promise.reject(outcome))).toMatchObject({ code, cause: error });
    // What was under way then, and nothing after.
    expect(calls.length).toBeLessThan(40);
  });

  it('that nobody expected stays what it is', async () => {
    const bug = new TypeError('a bug');
    const { outcome } = await send(aNotice(), () => {
      throw bug;
    });
    expect(outcome).toBe(bug);
  });
});

describeGoldens('kubernetes-events', toObjectEvents);
