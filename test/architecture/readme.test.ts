import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addApproveCommand } from '../../infra/cli/approve-command.ts';
import { addAuditCommand } from '../../infra/cli/audit-command.ts';
import { addDiagnoseCommand } from '../../infra/cli/diagnose-command.ts';
import { addEventSourceCommand } from '../../infra/cli/event-source-command.ts';
import { EXIT_OF_ERROR } from '../../infra/cli/exit-code.ts';
import type { Io } from '../../infra/cli/io.ts';
import { addPreflightCommand } from '../../infra/cli/preflight-command.ts';
import { addRemediateCommand } from '../../infra/cli/remediate-command.ts';
import { addRouteCommand } from '../../infra/cli/route-command.ts';
import { addRunCommand } from '../../infra/cli/run-command.ts';
import { addServeCommand } from '../../infra/cli/serve-command.ts';
import { addUndoCommand } from '../../infra/cli/undo-command.ts';
import { FUNCTION_NAMES } from '../../infra/server/catalog.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { notifyReference } from '../../shared/config/notify-reference.ts';
import { parseRemediateConfig } from '../../shared/config/remediate-config.ts';
import { remediateReference } from '../../shared/config/remediate-reference.ts';
import { VARIABLES } from '../../shared/config/variables.ts';
import { CAUSE_CODES } from '../../shared/domain/causes/cause.ts';
import { VERDICTS } from '../../shared/domain/judge-node.ts';
import { GATE_CODES } from '../../shared/domain/remediation/gate.ts';
import { AUTOMATED_STEPS } from '../../shared/domain/remediation/plan.ts';
import { ERROR_CODES } from '../../shared/errors/errors.ts';
import { CONTRACT } from '../../shared/events/contract.ts';
import { TYPE_PREFIX } from '../../shared/events/define-event.ts';
import { statusOf } from '../../shared/http/status-of.ts';
import { run, runCli } from '../support/run-cli.ts';

const root = new URL('../../', import.meta.url).pathname;
const readme = readFileSync(`${root}README.md`, 'utf8');

/** The rows of the first table below a heading (or of the table whose header starts with `header`). */
function rowsOf(header: string): string[][] {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`));
  expect(start, `the README has a table "${header}"`).toBeGreaterThan(0);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => line.slice(2, -2).split(/ (?<!\\)\| /));
}

function firstColumn(header: string): string[] {
  return rowsOf(header).map(([cell = '']) => cell.replaceAll('`', ''));
}

describe('the README', () => {
  it('lists every error with its exit code and status', () => {
    const rows = rowsOf('code').map(([code = '', exitCode, status]) => [
      code.replaceAll('`', ''),
      Number(exitCode),
      Number(status),
    ]);
    const expected = ERROR_CODES.map((code) => [code, EXIT_OF_ERROR[code], statusOf({ code })]);
    expect(rows).toEqual(expected);
  });

  it('lists every function, and every event of the contract', () => {
    expect(firstColumn('function')).toEqual([...FUNCTION_NAMES]);
    const types = firstColumn('event (`dev.kubevirt-orphans.`)').map((name) => `${TYPE_PREFIX}${name}`);
    expect(types.sort()).toEqual(CONTRACT.map(({ type }) => type).sort());
  });

  it('links to nothing that is not in the package', async () => {
    // npm keeps a cache, and asks its registry whether there is a newer npm: neither here.
    const home = mkdtempSync(join(tmpdir(), 'npm-'));
    const pack = ['pack', '--dry-run', '--ignore-scripts', '--json', '--offline', '--no-update-notifier'];
    const { stdout } = await run('npm', pack, { cwd: root, env: { HOME: home } });
    rmSync(home, { recursive: true });
    const [packed] = JSON.parse(stdout) as readonly {
      readonly files: readonly { readonly path: string }[];
    }[];
    const shipped = packed?.files.map(({ path }) => path) ?? [];
    const links = [...readme.matchAll(/]\((?!https?:|#)([^)]+)\)/g)].map(([, path = '']) => path);
    const missing = links.filter(
      (link) => !shipped.some((path) => path === link || path.startsWith(`${link}/`)),
    );
    expect(links.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  }, 30_000);

  it('lists every cause, in the order in which the first proven is the primary one', () => {
    expect(firstColumn('cause')).toEqual([...CAUSE_CODES]);
  });

  it('lists every verdict', () => {
    expect(firstColumn('verdict').sort()).toEqual([...VERDICTS].sort());
  });

  it('lists every exit code', () => {
    expect(firstColumn('exit code')).toEqual(['0', '1', '2', '3', '130']);
  });

  it('lists every flag of every command as --help says it', () => {
    const program = new Command();
    for (const add of [
      addAuditCommand,
      addDiagnoseCommand,
      addPreflightCommand,
      addRouteCommand,
      addRemediateCommand,
      (...[of, io, clock, finish]: Parameters<typeof addUndoCommand>) =>
        addApproveCommand(of, io, clock, { finish }),
      addUndoCommand,
      addServeCommand,
      addRunCommand,
      addEventSourceCommand,
    ])
      add(program, {} as Io, { now: () => 0 as never }, () => undefined);
    expect(firstColumn('command').filter((name) => !name.startsWith('npm'))).toEqual(
      program.commands.map((command) => command.name()),
    );
    for (const command of program.commands.filter(({ options }) => options.length > 0)) {
      const rows = rowsOf(`flag of \`${command.name()}\``).map(([flags = '', does]) => [
        flags.replaceAll('`', ''),
        does,
      ]);
      expect(rows).toEqual(command.options.map(({ flags, description }) => [flags, description]));
    }
  });

  it('shows what the audit of the cluster that ships with it prints', async () => {
    const shown = /<!-- audit -->\n```text\n(.*?)```/s.exec(readme)?.[1];
    const { code, stdout } = await runCli(['audit', '-f', 'infra/local/demo-cluster.yaml'], { cwd: root });
    expect(stdout).toBe(shown);
    expect(code).toBe(1);
  });

  it('gives the reason of every dependency', () => {
    expect(firstColumn('package').sort()).toEqual(Object.keys(packageJson.dependencies).sort());
    for (const [, why = ''] of rowsOf('package')) expect(why.length).toBeGreaterThan(3);
  });

  it('says of every variable of the configuration what the code says', () => {
    const rows = VARIABLES.map(({ name, unit, default: usual, bounds, what }) => [
      `\`${name}\``,
      unit,
      usual === '' ? '' : `\`${usual}\``,
      bounds,
      what,
    ]);
    expect(rowsOf('variable')).toEqual(rows);
  });

  it('says of every key of the notification file what the code says', () => {
    const rows = notifyReference().map(({ key, unit, default: usual, allowed, what }) => [
      `\`${key}\``,
      unit,
      usual === '' || usual === 'needed' ? usual : `\`${usual}\``,
      allowed,
      what,
    ]);
    expect(rowsOf('key of the notification file')).toEqual(rows);
  });

  it('says of every key of the remediation file what the code says', () => {
    const rows = remediateReference().map(({ key, unit, default: usual, allowed, what }) => [
      `\`${key}\``,
      unit,
      usual === '' || usual === 'needed' ? usual : `\`${usual}\``,
      allowed,
      what,
    ]);
    expect(rowsOf('key of the remediation file')).toEqual(rows);
  });

  it('names every step that a program makes, and every gate, in the order of the code', () => {
    const steps = firstColumn('step');
    expect([...steps].sort()).toEqual([...AUTOMATED_STEPS].sort());
    expect(firstColumn('gate')).toEqual([...GATE_CODES]);
  });

  it('has an example of the remediation file that says all that it may say, with the defaults that it names', () => {
    const text = readFileSync(`${root}infra/deploy/kubernetes/remediate-example.yaml`, 'utf8');
    const env = { APPROVAL_KEY: 'k'.repeat(44) };
    const { policy, approval, warnings } = parseRemediateConfig(text, {
      file: 'remediate-example.yaml',
      secrets: { readFile: () => '', env },
    });
    expect(warnings).toEqual([]);
    expect(policy.stepModes).toMatchObject(
      Object.fromEntries(AUTOMATED_STEPS.map((code) => [code, expect.any(String)])),
    );
    expect(approval?.linkUrl.href).toBe('https://orphans.example.com/approve');
    for (const { key } of remediateReference()) expect(text).toContain(`${key.split(/[.[]/)[0]}:`);
  });

  it('names every other variable that the command reads, and only those', () => {
    const files = ['infra/cli/io.ts', 'infra/cli/program.ts', 'infra/cli/cluster-input.ts'];
    const code = files.map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).join();
    const read = new Set([...code.matchAll(/env\['([A-Z_]+)'\]/g)].map(([, name = '']) => name));
    for (const name of ['TERM', ...VARIABLES.map((it) => it.name)]) read.delete(name);
    expect(firstColumn('variable of the command').sort()).toEqual([...read].sort());
  });

  it('names only scripts that exist, and every gate', () => {
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, script = '']) => script);
    expect(named.length).toBeGreaterThan(3);
    for (const script of named) expect(Object.keys(packageJson.scripts)).toContain(script);
    for (const [, gate = ''] of packageJson.scripts.gates.matchAll(/npm run ([a-z:]+)/g))
      expect(readme).toContain(`\`npm run ${gate}\``);
  });
});
