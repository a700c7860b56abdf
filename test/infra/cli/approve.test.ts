import { Writable } from 'node:stream';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addApproveCommand } from '../../../infra/cli/approve-command.ts';
import { FunctionError, IncidentConflictError, KubeForbiddenError } from '../../../shared/errors/errors.ts';
import { FakeIncidents } from '../../support/fake-incidents.ts';
import { CLOCK, runInProcess } from '../../support/in-process.ts';
import { incident } from '../../support/incidents.ts';
import { aRun, remediationOf } from '../../support/remediation.ts';

const WAITING = { incident: incident('Open'), remediation: remediationOf({ run: aRun() }) };

/** Approves in a cluster of fakes: what was printed, and what was approved. */
async function approve(
  args: readonly string[],
  record: Parameters<FakeIncidents['put']>[0] | undefined,
  fails?: FunctionError,
) {
  const incidents = new FakeIncidents();
  if (record !== undefined) incidents.put(record);
  const approved: string[] = [];
  let [printed, closed, code] = ['', 0, -1];
  const stdout = new Writable({
    write(chunk, _, done) {
      printed += String(chunk);
      done();
    },
  });
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const io = { env: {}, stdin: process.stdin, stdout, stderr: stdout };
  const finish = (given: number) => {
    code = given;
  };
  addApproveCommand(program, io, CLOCK, {
    finish,
    open: async () => ({
      incidents,
      approver: {
        approve: async ({ node, resourceVersion }, revision) => {
          if (fails !== undefined) throw fails;
          approved.push(`${node} ${resourceVersion} ${revision}`);
        },
      },
      close: async () => {
        closed += 1;
      },
    }),
  });
  const error = await program.parseAsync(['approve', ...args], { from: 'user' }).then(
    () => undefined,
    (failure: unknown) =>
      failure instanceof FunctionError ? `${failure.message}. ${failure.remedy}` : failure,
  );
  return { printed, approved, error, code, closed };
}

describe('approve', () => {
  it('writes the approval of the record as it was read, and prints what will be done', async () => {
    const gates = [
      { code: 'Approved', open: false, message: 'Nobody approved it.' },
      { code: 'NotPaused', open: false, message: 'Paused.' },
    ] as const;
    const run = aRun({ gates });
    const record = { node: 'node02', incident: incident('Open'), remediation: remediationOf({ run }) };
    const done = await approve(['node02', '--revision', '3'], record);
    expect(done).toMatchObject({ approved: ['node02 1 3'], error: undefined, code: 0, closed: 1 });
    expect(done.printed).toBe(
      [
        'Approved: plan 0123456789abcdef for node node02, revision 3.',
        '  Label the node zone=a. (risk: Low)',
        '    $ kubectl label node/node02 zone=a',
        'It is carried out once every gate is open; closed now: NotPaused.',
        '',
      ].join('\n'),
    );
  });

  it.each<readonly [string, Parameters<typeof approve>[1], RegExp]>([
    ['there is no record', undefined, /no incident of a node "node02"/],
    ['nothing is proposed', { node: 'node02', incident: incident('Open') }, /no plan is proposed/],
    [
      'it is carried out already',
      { node: 'node02', ...WAITING, remediation: remediationOf({ run: aRun({ phase: 'Writing' }) }) },
      /being carried out \(Writing\)/,
    ],
    [
      'it is only observed',
      { node: 'node02', ...WAITING, remediation: remediationOf({ run: aRun({ mode: 'Observe' }) }) },
      /the mode is Observe/,
    ],
    [
      'the plan is for another revision',
      {
        node: 'node02',
        ...WAITING,
        incident: incident('Open', { revision: 4 }),
        remediation: remediationOf({ run: aRun({ revision: 4 }) }),
      },
      /is for revision 4, not for 3.*--revision 4/,
    ],
    [
      'the incident has changed since',
      { node: 'node02', ...WAITING, incident: incident('Open', { revision: 5 }) },
      /at revision 5, the plan is for 3/,
    ],
  ])('approves nothing when %s, and says so', async (_, record, message) => {
    const { error, approved, printed, closed } = await approve(['node02', '--revision', '3'], record);
    expect(error).toMatch(message);
    expect([approved, printed, closed]).toEqual([[], '', 1]);
  });

  it.each([
    new KubeForbiddenError('may not patch orphanincidents', 'Grant it.'),
    new IncidentConflictError('the incident changed', 'Look again.'),
  ])('prints nothing when it may not or cannot write: $name', async (failure) => {
    const done = await approve(['node02', '--revision', '3'], { node: 'node02', ...WAITING }, failure);
    expect([done.printed, done.closed]).toEqual(['', 1]);
    expect(done.error).toBe(`${failure.message}. ${failure.remedy}`);
  });

  it.each([
    [['--revision', '3'], /missing required argument 'node'/],
    [['node02'], /required option '--revision <n>' not specified/],
    [['node02', '--revision', '0'], /whole number from 1 up/],
    [['node02', '--revision', '3x'], /whole number from 1 up/],
  ])('refuses %j with 2', async (args, message) => {
    const { code, stdout, stderr } = await runInProcess(['approve', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
