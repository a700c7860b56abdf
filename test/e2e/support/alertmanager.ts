import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../support/run-cli.ts';
import { BackgroundProgram, findProgram } from './background-program.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** An alert as `amtool alert query -o json` shows it. */
export interface ShownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

/** Why there can be no Alertmanager here; `undefined` when there can. */
export function alertmanagerMissing(): string | undefined {
  const program = findProgram('prometheus-alertmanager', 'alertmanager');
  return program !== undefined && findProgram('amtool') !== undefined
    ? undefined
    : 'no Alertmanager: apt-get install prometheus-alertmanager';
}

/** A real Alertmanager on the loopback interface, with amtool. */
export class Alertmanager {
  readonly url: string;
  readonly #directory: string;
  readonly #program: BackgroundProgram;

  private constructor(url: string, directory: string, program: BackgroundProgram) {
    this.url = url;
    this.#directory = directory;
    this.#program = program;
  }

  /** @param config - as YAML, beside a receiver that tells nobody */
  static async start(config = ''): Promise<Alertmanager> {
    const directory = await mkdtemp(join(tmpdir(), 'alertmanager-'));
    const file = join(directory, 'alertmanager.yml');
    const base = 'route: { receiver: nobody, group_wait: 1s }\nreceivers: [{ name: nobody }]\n';
    await writeFile(file, `${base}${config}`);
    const port = await freePort();
    const program = BackgroundProgram.start(findProgram('prometheus-alertmanager', 'alertmanager') ?? '', [
      `--config.file=${file}`,
      `--storage.path=${directory}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ]);
    const started = new Alertmanager(`http://127.0.0.1:${port}`, directory, program);
    await until('Alertmanager is ready', async () => {
      void program.said;
      return (await fetch(`${started.url}/-/ready`)).ok;
    }).catch(async (error: unknown) => {
      await started.stop();
      throw error;
    });
    return started;
  }

  /** What `amtool alert query` shows with these arguments; inhibited alerts only with `--inhibited`. */
  async query(...args: readonly string[]): Promise<readonly ShownAlert[]> {
    const amtool = findProgram('amtool') ?? '';
    const all = ['alert', 'query', `--alertmanager.url=${this.url}`, '-o', 'json', ...args];
    const { code, stdout, stderr } = await run(amtool, all);
    if (code !== 0) throw new Error(`amtool: ${stderr}`);
    return JSON.parse(stdout) as readonly ShownAlert[];
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
