import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { routeReportSchema } from '../../../shared/report/route-report.ts';
import { runInProcess } from '../../support/in-process.ts';

const root = new URL('../../../', import.meta.url);
const EXAMPLE = new URL('infra/deploy/kubernetes/notify-example.yaml', root).pathname;
const SMALL = new URL('test/infra/cli/golden/notify.yaml', root).pathname;
const route = (...args: readonly string[]) => runInProcess(['route', '--config', SMALL, ...args]);
const golden = (name: string) => readFileSync(new URL(`test/infra/cli/golden/${name}`, root), 'utf8');

describe('route', () => {
  it('tells who would be told of what is usual', async () => {
    expect(await route()).toEqual({
      code: 0,
      stdout: `CHANNEL  TOLD  BY ROUTE  WHY
log      now   programs  once
chat     now   rest      again every 4 h while it is open

told now: log, chat
`,
      stderr:
        'kubevirt-orphans: warning: secrets cannot be used here: variable CHAT_TOKEN is not set; variable PAGER_KEY is not set\n' +
        'kubevirt-orphans: warning: the silence of ada (last year) ended at 2025-12-31T00:00:00.000Z: it holds back nothing and can be removed\n',
    });
  });

  it.each([
    [
      'explain-night.txt',
      [
        '--severity',
        'critical',
        '--node-label',
        'zone=a',
        '--cause',
        'TaintNotTolerated',
        '--vmi-namespace',
        'shop',
        '--at',
        '2026-11-30T23:00:00+01:00',
      ],
    ],
    ['explain-silenced.txt', ['--node', 'edge-7', '--state', 'Resolved', '--at', '2026-08-22T12:00:00Z']],
    ['explain-gone.txt', ['--cause', 'NodeMissing', '--cause', 'Unknown', '--state', 'AtRisk']],
  ])('explains what it says: %s', async (name, args) => {
    const { stdout } = await route('--explain', ...args);
    expect(stdout).toBe(golden(name));
  });

  it('ends with 1 when nobody would be told', async () => {
    const silenced = ['--node', 'edge-7', '--at', '2026-08-22T12:00:00Z'];
    expect(await route(...silenced)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('nobody would be told: every channel is held back\n'),
    });
  });

  it.each(['json', 'yaml'])('prints a report as %s', async (format) => {
    const { stdout, code } = await route(
      '-o',
      format,
      '--node-label',
      'zone=a',
      '--at',
      '2026-11-30T23:00:00+01:00',
    );
    const report = routeReportSchema.parse(format === 'json' ? JSON.parse(stdout) : load(stdout));
    expect(report).toMatchObject({
      kind: 'RouteReport',
      file: SMALL,
      at: '2026-11-30T22:00:00.000Z',
      incident: {
        node: 'node01',
        nodeLabels: { zone: 'a' },
        state: 'Open',
        severity: 'warning',
        causes: ['Unknown'],
      },
      channels: [
        { channel: 'log', told: true, repeatSeconds: 0, heldBackBy: [] },
        {
          channel: 'chat',
          told: false,
          routes: ['zone-a'],
          repeatSeconds: 14_400,
          heldBackBy: [{ by: 'window', why: 'mute window nights', until: '2026-12-01T05:00:00.000Z' }],
        },
      ],
    });
    expect(report.routes.map(({ outcome }) => outcome)).toEqual([
      'matched',
      'not matched',
      'matched',
      'not reached',
    ]);
    expect(code).toBe(0);
  });

  it('finds the file in the environment, and secrets too', async () => {
    const env = { NOTIFY_CONFIG: SMALL, CHAT_TOKEN: 'xoxb-hunter2', PAGER_KEY: 'hunter2' };
    const { code, stdout, stderr } = await runInProcess(['route'], { env });
    expect(stderr).toContain('variable PAGER_KEY does not hold a PagerDuty routing key');
    expect(stderr).not.toContain('CHAT_TOKEN');
    expect(stdout + stderr).not.toContain('hunter2');
    expect(code).toBe(0);
  });

  it('names all mistakes of the file, and tells nothing', async () => {
    const bad = new URL('test/infra/cli/golden/notify-bad.yaml', root).pathname;
    expect(await runInProcess(['route', '--config', bad])).toEqual({
      code: 2,
      stdout: '',
      stderr: `kubevirt-orphans: ${bad} has 4 mistakes: channels[0].webhookUrl: is a literal text, which is not shown (allowed: {file: /PATH} or {env: NAME in capitals} that holds an http or https URL without user and password); routes[0].match.causes[0]: "TaintNotTolerted" is not allowed, did you mean TaintNotTolerated? (allowed: NodeMissing, NodeNotReady, KubeVirtNotDeployed, DaemonSetMissing, NodeSelectorMismatch, NodeAffinityMismatch, RemediationInProgress, TaintNotTolerated, PodCreationRejected, HandlerUnschedulable, ImagePullFailure, ContainerStartFailure, ContainerCrash, HandlerEvicted, HandlerStuckTerminating, HandlerNotReady, DaemonSetStalled, HandlerRollout, HeartbeatStale, Unknown); routes[0].channels[0]: there is no channel "chta", did you mean chat? (allowed: chat); channels[0]: no route names it (allowed: a route that does, or enabled: false). Correct the file and start again; kubevirt-orphans route checks it.\n`,
    });
  });

  it.each([
    [
      'no file',
      [],
      /^kubevirt-orphans: route needs a notification file\. Give --config FILE, or set NOTIFY_CONFIG\.$/,
    ],
    [
      'a file that is not there',
      ['--config', '/nonexistent'],
      /^kubevirt-orphans: \/nonexistent cannot be read \(ENOENT\)/,
    ],
    [
      'an unknown cause',
      ['--cause', 'taintnottolerated'],
      /--cause 'taintnottolerated' does not exist \(did you mean TaintNotTolerated\?\)\. Allowed: NodeMissing, /,
    ],
    [
      'an unknown severity',
      ['--severity', 'high'],
      /--severity 'high' does not exist\. Allowed: info, warning, critical\.$/,
    ],
    [
      'an unknown state',
      ['--state', 'Closed'],
      /--state 'Closed' does not exist\. Allowed: AtRisk, Suspected, Open, Resolved\.$/,
    ],
    [
      'a node that cannot be',
      ['--node', 'Node 1'],
      /--node 'Node 1': 'Node 1' is not a lowercase DNS name\./,
    ],
    ['a namespace that cannot be', ['--vmi-namespace', ''], /--vmi-namespace '': /],
    ['a label without a value', ['--node-label', 'zone'], /--node-label 'zone': it is not KEY=VALUE\./],
    ['a label that cannot be', ['--node-label', 'a b=c'], /--node-label 'a b=c': 'a b' is not a label key\./],
    [
      'a time without a zone',
      ['--at', '2026-11-30T08:00:00'],
      /--at '2026-11-30T08:00:00' is no time\. For instance/,
    ],
    ['a time that is none', ['--at', '2026-13-30T08:00:00Z'], /--at '2026-13-30T08:00:00Z' is no time\./],
  ])('refuses %s', async (_, args, message) => {
    const { code, stdout, stderr } = await runInProcess(['route', ...args]);
    expect(stderr.trimEnd()).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('the example that ships', () => {
  it('is right, and has every type of channel, and every part of a file', async () => {
    const { code, stderr } = await runInProcess(['route', '--config', EXAMPLE]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^kubevirt-orphans: warning: secrets cannot be used here: [^\n]*\n$/);
    const { CHANNEL_TYPES } = await import('../../../shared/config/channel-schema.ts');
    const file = load(readFileSync(EXAMPLE, 'utf8')) as {
      readonly channels: readonly { readonly type: string }[];
    };
    expect(new Set(file.channels.map(({ type }) => type))).toEqual(new Set(CHANNEL_TYPES));
    expect(Object.keys(file).sort()).toEqual([
      'channels',
      'diagnosisWaitSeconds',
      'flapQuietSeconds',
      'links',
      'muteWindows',
      'routes',
      'silences',
      'storm',
    ]);
  });
});
