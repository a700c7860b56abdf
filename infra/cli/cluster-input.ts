import { type Command, Option } from 'commander';
import type { ClusterReader } from '../../shared/domain/cluster-facts.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { createDumpReader } from '../../shared/dump/dump-reader.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import type { Io } from './io.ts';
import { createProgress, type Progress } from './progress.ts';

/** The flags that say which cluster is read; the same for every command. */
export interface InputOptions {
  readonly file?: readonly string[];
  readonly kubeconfig?: string;
  readonly context?: string;
}

const OUTPUT_FORMATS = ['table', 'json', 'yaml'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** The flag that says how a report is printed; the same for every command. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print').choices(OUTPUT_FORMATS).default('table');
}

export interface ClusterInput {
  readonly cluster: ClusterReader;
  readonly identity: { readonly cluster: string; readonly source: string };
  /** Wipes the progress line. */
  readonly close: () => void;
}

interface Reading {
  readonly clock: Clock;
  /** The only node whose workload is read of a live cluster. */
  readonly node?: string | undefined;
  /** Whether all is kept that is read about that node. */
  readonly details?: boolean;
}

export function addInputOptions(command: Command): Command {
  const append = (path: string, paths: readonly string[] = []) => [...paths, path];
  return command
    .option(
      '-f, --file <path>',
      'read a dump: file, folder, .gz, .tar.gz, or - for stdin (repeatable)',
      append,
    )
    .option(
      '--kubeconfig <path>',
      'kubeconfig file (default: $KUBECONFIG, ~/.kube/config, or the pod it runs in)',
    )
    .option('--context <name>', 'context of the kubeconfig (default: its current context)');
}

/** @throws UsageError when the flags contradict each other; FunctionError when the connection cannot be set up */
export async function openCluster(options: InputOptions, io: Io, reading: Reading): Promise<ClusterInput> {
  const progress = createProgress(io, () => reading.clock.now());
  if (options.file === undefined) return openLive(options, io, progress, reading);
  if (options.kubeconfig !== undefined || options.context !== undefined) {
    const remedy = 'Give -f for a dump, or --kubeconfig and --context for a live cluster.';
    throw new UsageError('-f cannot be combined with --kubeconfig or --context', remedy);
  }
  return openDump(options.file, io, progress, reading);
}

function openDump(paths: readonly string[], io: Io, progress: Progress, reading: Reading): ClusterInput {
  if (paths.includes('-') && io.stdin.isTTY === true) {
    throw new UsageError(
      '-f - reads a dump from stdin, but stdin is the terminal',
      'Pipe a dump into it, or name a file.',
    );
  }
  const cluster = createDumpReader(paths, {
    stdin: io.stdin,
    ...(reading.details === true ? { detailsOf: reading.node } : {}),
    progress: (read, total, file) =>
      progress.show(`reading ${file}: ${mebibytes(read)}${percentage(read, total)}`),
  });
  const source = paths.map((path) => (path === '-' ? 'stdin' : path)).join(', ');
  return { cluster, identity: { cluster: clusterName(io), source }, close: progress.clear };
}

/** Loaded only when needed: the Kubernetes client is the largest part of the program. */
async function openLive(
  options: InputOptions,
  io: Io,
  progress: Progress,
  reading: Reading,
): Promise<ClusterInput> {
  const [{ loadConnection }, { createLiveReader }] = await Promise.all([
    import('../../shared/kubernetes/kube-config.ts'),
    import('../../shared/kubernetes/live-reader.ts'),
  ]);
  const { kubeconfig, context } = options;
  const connection = loadConnection({
    env: io.env,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
  const cluster = createLiveReader(connection, {
    clock: reading.clock,
    progress: (read, resource) => progress.show(`reading ${connection.server}: ${read} ${resource}`),
    ...(reading.node === undefined ? {} : { node: reading.node, details: reading.details === true }),
  });
  const identity = { cluster: clusterName(io), source: connection.server };
  return { cluster, identity, close: progress.clear };
}

function clusterName({ env }: Io): string {
  return env['CLUSTER_NAME'] || 'default';
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function percentage(read: number, total: number | undefined): string {
  return total === undefined || total === 0 ? '' : ` (${Math.floor((100 * read) / total)} %)`;
}
