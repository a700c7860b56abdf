import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane } from '../e2e/support/control-plane.ts';
import { findControlPlane, type Starter } from '../e2e/support/find-control-plane.ts';
import { KubeApi } from '../e2e/support/kube-api.ts';
import { readKubeconfig, writeKubeconfig } from '../e2e/support/kubeconfig.ts';
import { type ClusterOptions, orphanedNodes } from './cluster-generator.ts';
import { loadCluster } from './cluster-loader.ts';
import { assertSame, jqProgram, ourAudit, ourOrphans, theirOrphans } from './findings.ts';
import { type Command, measure, measureInTurn, type Run } from './measure.ts';
import { type Page, recordPages, writeCurlConfig } from './recorded-pages.ts';
import { megabytes, memoryGoal, type Result, seconds, timeGoal } from './results.ts';
import { count, type Settings, scaled } from './settings.ts';

/** 1,000 nodes and 20,000 VMIs. */
const FULL: ClusterOptions = { nodes: 1_000, vmisPerNode: 20, orphanShare: 0.02, seed: 2 };
/** They make the service accounts' tokens, without which no pod is admitted; none of them touches what is measured. */
const CONTROLLERS = 'serviceaccount,serviceaccount-token';
const TOOLS = [
  ['kubectl', 'version', '--client'],
  ['jq', '--version'],
  ['curl', '--version'],
] as const;
const BY_HAND = 'nodes,pods,daemonsets,virtualmachineinstances,kubevirts';
const PIPELINE = `kubectl --kubeconfig "$0" --cache-dir "$1" get ${BY_HAND} -A -o json | jq -r -f "$2"`;
const RUNBOOK_RATIO = 0.5;
const DOWNLOAD_RATIO = 1.5;
const PEAK_BYTES = 250e6;

/** Our audit of a real control plane beside the runbook by hand and beside the mere download; or why there is none. */
export async function benchmarkLive(settings: Settings): Promise<Result | { readonly skip: string }> {
  const starter = findControlPlane();
  if ('skip' in starter) return starter;
  const missing = TOOLS.find(([tool, ...args]) => spawnSync(tool, args).error !== undefined);
  if (missing !== undefined) return { skip: `${missing[0]} is not installed` };
  settings.progress('starting a control plane');
  const plane = await startControlPlane({ controllers: CONTROLLERS, starter: withoutScheduler(starter) });
  try {
    return await benchmark(plane, settings);
  } finally {
    await plane.stop();
  }
}

async function benchmark(plane: ControlPlane, settings: Settings): Promise<Result> {
  const options = scaled(FULL, settings.scale);
  const { version, loadSeconds } = await load(plane, options, settings);
  const { runs, pages } = await measureRounds(plane, settings);
  const expected = orphanedNodes(options);
  assertSame('the audit', await ourOrphans(runs.ours[0]?.output ?? ''), expected);
  assertSame('the runbook by hand', await theirOrphans(runs.runbook[0]?.output ?? ''), expected);
  const downloaded = await downloadedBytes(runs.curl[0]?.output ?? '');
  return {
    title: 'Live',
    notes: [
      `${count(options.nodes)} nodes, ${count(options.nodes * options.vmisPerNode)} VMIs and their launchers in a Kubernetes ${version} control plane, loaded in ${seconds(loadSeconds)}.`,
      `The audit and the runbook by hand find the same orphaned nodes (${count(expected.length)}).`,
      `The audit asks for ${count(pages.length)} pages, which are ${megabytes(downloaded)} on the wire for curl.`,
    ],
    measurements: [
      { what: 'audit', runs: runs.ours },
      { what: `kubectl get ${BY_HAND} -A -o json, piped into jq`, runs: runs.runbook },
      { what: 'curl of the pages that the audit asks for', runs: runs.curl },
    ],
    goals: [
      timeGoal('time, against the runbook by hand', runs.ours, runs.runbook, RUNBOOK_RATIO),
      timeGoal('time, against the mere download', runs.ours, runs.curl, DOWNLOAD_RATIO),
      memoryGoal('peak memory', runs.ours, PEAK_BYTES),
    ],
  };
}

async function load(
  plane: ControlPlane,
  options: ClusterOptions,
  { progress }: Settings,
): Promise<{ readonly version: string; readonly loadSeconds: number }> {
  const api = new KubeApi(readKubeconfig(plane.kubeconfig));
  const start = performance.now();
  try {
    await loadCluster(api, options, progress);
    const loadSeconds = (performance.now() - start) / 1_000;
    const { gitVersion } = await api.call<{ gitVersion: string }>({ method: 'GET', path: '/version' });
    return { version: gitVersion, loadSeconds };
  } finally {
    api.close();
  }
}

interface Rounds {
  readonly runs: Readonly<Record<'ours' | 'runbook' | 'curl', readonly Run[]>>;
  readonly pages: readonly Page[];
}

/**
 * The audit and curl run one right after the other, for they differ least. Before each round it is learnt again which
 * pages there are: the tokens that continue a list expire in minutes.
 */
async function measureRounds(plane: ControlPlane, settings: Settings): Promise<Rounds> {
  const { directory } = settings;
  const curl = join(directory, 'curl-config');
  const commands: readonly Command[] = [
    {
      label: 'kubectl and jq',
      argv: ['sh', '-c', PIPELINE, plane.kubeconfig, join(directory, 'kubectl-cache'), jqProgram],
      env: { HOME: directory },
    },
    ourAudit('audit', ['--kubeconfig', plane.kubeconfig]),
    { label: 'curl', argv: ['curl', '--disable', '--config', curl] },
  ];
  const runs: [Run[], Run[], Run[]] = [[], [], []];
  let pages: readonly Page[] = [];
  for (let round = 0; round < settings.runs; round += 1) {
    settings.progress(`measuring, round ${round + 1} of ${settings.runs}`);
    pages = await learnPages(plane, directory);
    await writeCurlConfig(curl, readKubeconfig(plane.kubeconfig), pages);
    const measured = await measureInTurn(commands, 1, directory);
    for (const [place, list] of runs.entries()) list.push(...(measured[place] ?? []));
  }
  const [runbook, ours, downloads] = runs;
  return { runs: { ours, runbook, curl: downloads }, pages };
}

async function learnPages(plane: ControlPlane, directory: string): Promise<readonly Page[]> {
  const config = readKubeconfig(plane.kubeconfig);
  const proxied = join(directory, 'proxied.kubeconfig');
  return recordPages(config, async (server) => {
    await writeKubeconfig(proxied, { server, ca: config.ca, user: { token: 'none' } });
    await measure(ourAudit('audit through a proxy', ['--kubeconfig', proxied]), join(directory, 'recorded'));
  });
}

async function downloadedBytes(output: string): Promise<number> {
  const sizes = (await readFile(output, 'utf8')).split('\n').map(Number);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function withoutScheduler(starter: Starter): Starter {
  const own = starter.command === process.execPath;
  // The starter for other versions' binaries has no such flag, and pods that are bound are nothing to a scheduler.
  return own ? starter : { ...starter, args: [...starter.args, '--no-scheduler'] };
}
