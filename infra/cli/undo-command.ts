import type { Command } from 'commander';
import type { Clock } from '../../shared/domain/units.ts';
import { lookAtUndo, undoChanges } from '../../shared/runtime/undo-changes.ts';
import type { ExitCode } from './exit-code.ts';
import { type Io, wantsColor, writeAll } from './io.ts';
import { undoneText, undoViewText } from './output/undo-text.ts';
import { openSession, type Session, type SessionOptions } from './remediation-session.ts';

interface UndoOptions extends SessionOptions {
  readonly apply?: boolean;
}

const EXAMPLES = `
Examples:
  # what was put into the cluster for node02, and whether it could be taken back; reads only
  kubevirt-orphans undo node02

  # take it back, newest first
  kubevirt-orphans undo node02 --apply

Labels, affinity terms and tolerations that were added are remembered in the OrphanIncident of the node. They are taken out as they
were put in; what others changed meanwhile stays. It is refused when a node with workload would lose its virt-handler by it.
Exit codes: 0 nothing is left to take back; 1 there is something, or it was refused, or failed; 2 wrong usage or configuration;
3 the cluster could not be read, or the record not be written.`;

/** Adds `undo` to the program. `finish` receives the exit code. */
export function addUndoCommand(
  program: Command,
  io: Io,
  clock: Clock,
  finish: (code: ExitCode) => void,
): void {
  program
    .command('undo')
    .argument('<node>', 'the name of the node')
    .summary('show what remediation has left in the cluster, or take it back')
    .description(
      'Shows what was put into the cluster to bring virt-handler back to a node; with --apply it is taken back.',
    )
    .option('--apply', 'take it back, behind the gates that hold for it')
    .option('--config <path>', 'pauses, budget and windows that hold (default: $REMEDIATE_CONFIG)')
    .option(
      '--kubeconfig <path>',
      'kubeconfig file (default: $KUBECONFIG, ~/.kube/config, or the pod it runs in)',
    )
    .option('--context <name>', 'context of the kubeconfig (default: its current context)')
    .addHelpText('after', EXAMPLES)
    .action(async (node: string, options: UndoOptions) => {
      const session = await openSession(options, io, clock);
      const work = options.apply === true ? takeBack : show;
      finish(await work(node, session, io).finally(session.world.close));
    });
}

async function show(node: string, { world, ports }: Session, io: Io): Promise<ExitCode> {
  await world.check();
  const view = await lookAtUndo(node, ports);
  await writeAll(io.stdout, [undoViewText(node, view, wantsColor(io))]);
  return view.changes.length === 0 ? 0 : 1;
}

async function takeBack(node: string, { world, ports, by }: Session, io: Io): Promise<ExitCode> {
  await world.check();
  const undone = await undoChanges(node, by, ports);
  await writeAll(io.stdout, [undoneText(node, undone, wantsColor(io))]);
  return undone.kind === 'done' ? 0 : 1;
}
