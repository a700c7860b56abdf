import { describe, expect, it } from 'vitest';
import { DEMO } from '../../support/demo.ts';
import { runInProcess } from '../../support/in-process.ts';

describe('wrong usage', () => {
  it.each([
    ['no command', [], /Usage: kubevirt-orphans/],
    ['an unknown command', ['adit'], /unknown command 'adit'\n?.*Did you mean audit\?/s],
    ['an unknown flag', ['audit', '--jsn'], /unknown option '--jsn'/],
    [
      'an unknown output',
      ['audit', '-o', 'xml'],
      /argument 'xml' is invalid\. Allowed choices are table, json, yaml\./,
    ],
    ['a flag without its value', ['audit', '-f'], /argument missing/],
    ['an argument too many', ['audit', 'node02'], /too many arguments/],
    [
      'a dump and a context',
      ['audit', '-f', DEMO, '--context', 'prod'],
      /^kubevirt-orphans: -f cannot be combined with --kubeconfig or --context\. Give -f for a dump/,
    ],
    [
      'a node that does not exist',
      ['audit', '-f', DEMO, '--node', 'node99'],
      /^kubevirt-orphans: no node "node99" in \S+\. Check the name, for instance with: kubectl get nodes/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await runInProcess(args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('does not wait for a person to type a dump', async () => {
    const { code, stderr } = await runInProcess(['audit', '-f', '-'], { terminal: true });
    expect(stderr).toMatch(
      /^kubevirt-orphans: -f - reads a dump from stdin, but stdin is the terminal\. Pipe a dump/,
    );
    expect(code).toBe(2);
  });
});

describe('help', () => {
  it.each([[['--help']], [['audit', '--help']], [['help', 'audit']]])(
    '%j explains with examples and ends with 0',
    async (args) => {
      const { code, stdout, stderr } = await runInProcess(args);
      expect(stdout).toContain('Examples:');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );

  it('documents every flag and exit code of audit', async () => {
    const { stdout } = await runInProcess(['audit', '--help']);
    for (const flag of ['--file', '--kubeconfig', '--context', '--output', '--node', '--all', '--exit-zero'])
      expect(stdout).toContain(flag);
    expect(stdout).toMatch(/Exit codes: 0 .*1 .*2 .*3 /s);
  });

  it('prints the version', async () => {
    expect((await runInProcess(['--version'])).stdout).toBe('0.1.0\n');
  });
});
