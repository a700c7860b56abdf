import { type Command, InvalidArgumentError } from 'commander';
import { closedGates } from '../../shared/domain/remediation/gate.ts';
import type { Run } from '../../shared/domain/remediation/remediation.ts';
import type { Clock } from '../../shared/domain/units.ts';
import { UsageError } from '../../shared/errors/errors.ts';
import type { IncidentRecord, IncidentStore, Log } from '../../shared/runtime/ports.ts';
import type { IncidentApprover } from '../../shared/runtime/remediation-ports.ts';
import type { ExitCode } from './exit-code.ts';
import { type Io, writeAll } from './io.ts';

interface ApproveOptions {
  readonly revision: number;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** What approving needs of the cluster. */
export interface ApprovePorts {
  readonly incidents: Pick<IncidentStore, 'get'>;
  readonly approver: IncidentApprover;
  readonly close: () => Promise<void>;
}

const EXAMPLES = `
Examples:
  # what waits for an approval, and for which revision
  kubectl get orphanincident node02 -n kubevirt-orphans -o yaml

  # approve it: the function "remediate" carries it out once every gate is open
  kubevirt-orphans approve node02 --revision 3

An approval is good for 15 minutes, and for nothing once the incident has changed. Records are read in $POD_NAMESPACE,
else in the namespace of the context, else in kubevirt-orphans.
Exit codes: 0 approved; 2 wrong usage, nothing waits for an approval, or not for one of this revision; 3 the cluster could not be
read, or the record not be written.`;

/** What `approve` is wired with. */
interface ApproveWiring {
  /** Receives the exit code. */
  readonly finish: (code: ExitCode) => void;
  /** Reaches the cluster; the live one unless told. */
  readonly open?: typeof openCluster;
}

/** Adds `approve` to the program. */
export function addApproveCommand(
  program: Command,
  io: Io,
  clock: Clock,
  { finish, open = openCluster }: ApproveWiring,
): void {
  program
    .command('approve')
    .argument('<node>', 'the name of the node')
    .requiredOption('--revision <n>', "the incident's revision that the plan was proposed for", toRevision)
    .summary('approve the plan that waits for it')
    .description(
      'Approves the plan that is proposed for a node: writes an annotation into its OrphanIncident, nothing else.',
    )
    .option(
      '--kubeconfig <path>',
      'kubeconfig file (default: $KUBECONFIG, ~/.kube/config, or the pod it runs in)',
    )
    .option('--context <name>', 'context of the kubeconfig (default: its current context)')
    .addHelpText('after', EXAMPLES)
    .action(async (node: string, options: ApproveOptions) => {
      const ports = await open(options, io, clock);
      const text = await approve(node, options.revision, ports).finally(ports.close);
      await writeAll(io.stdout, [text]);
      finish(0);
    });
}

function toRevision(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number from 1 up.');
}

/** @throws UsageError when there is nothing that this would approve; IncidentConflictError, KUBE_ errors */
async function approve(
  node: string,
  revision: number,
  { incidents, approver }: ApprovePorts,
): Promise<string> {
  const { record, run } = waiting(node, await incidents.get(node));
  const current = record.incident?.revision ?? 0;
  if (current !== run.revision)
    throw new UsageError(
      `the incident of node ${node} has changed: it is at revision ${current}, the plan is for ${run.revision}`,
      'Wait for the next proposal, which is for the incident as it is now.',
    );
  if (revision !== current)
    throw new UsageError(
      `the plan for node ${node} is for revision ${current}, not for ${revision}`,
      `Look at what is proposed now, and give --revision ${current}.`,
    );
  await approver.approve(record, revision);
  return describe(run);
}

/** What waits for an approval. @throws UsageError when nothing does */
function waiting(
  node: string,
  record: IncidentRecord | undefined,
): { readonly record: IncidentRecord; readonly run: Run } {
  if (record === undefined)
    throw new UsageError(
      `there is no incident of a node "${node}"`,
      'Check the name with: kubectl get orphanincidents -A',
    );
  const { run } = record.remediation;
  if (run?.phase === 'Proposed' && run.mode === 'Approve') return { record, run };
  const why =
    run === undefined
      ? 'no plan is proposed'
      : run.phase === 'Proposed'
        ? `the mode is ${run.mode}`
        : `the plan is being carried out (${run.phase})`;
  throw new UsageError(
    `nothing waits for an approval on node ${node}: ${why}`,
    'See what was done in status.remediation of its OrphanIncident.',
  );
}

function describe({ plan, revision, gates }: Run): string {
  const closed = closedGates(gates).filter((code) => code !== 'Approved');
  return [
    `Approved: plan ${plan.id} for node ${plan.node}, revision ${revision}.`,
    ...plan.steps.flatMap(({ summary, command, risk }) => [
      `  ${summary} (risk: ${risk})`,
      `    $ ${command}`,
    ]),
    closed.length === 0
      ? 'It is carried out once every gate is open.'
      : `It is carried out once every gate is open; closed now: ${closed.join(', ')}.`,
    '',
  ].join('\n');
}

/** Loaded only when needed: the Kubernetes client is the largest part of the program. */
async function openCluster(
  { kubeconfig, context }: ApproveOptions,
  { env }: Io,
  clock: Clock,
): Promise<ApprovePorts> {
  const [{ loadConnection }, { createWorld }] = await Promise.all([
    import('../../shared/kubernetes/kube-config.ts'),
    import('../server/world.ts'),
  ]);
  const connection = loadConnection({ env, kubeconfig, context, inputs: 'live' });
  const metrics = { apiCall: () => undefined };
  return createWorld(connection, env['POD_NAMESPACE'], { clock, log: SILENT, metrics });
}

/** What fails is said by the command itself. */
const ignore = (): void => undefined;
const SILENT: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
