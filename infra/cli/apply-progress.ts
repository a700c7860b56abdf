import { judgeCluster } from '../../shared/domain/judge-cluster.ts';
import type { ClusterChange } from '../../shared/domain/mitigations/cluster-change.ts';
import { describeDuration } from '../../shared/domain/notifications/wording.ts';
import type { Run } from '../../shared/domain/remediation/remediation.ts';
import {
  type Clock,
  type DurationMs,
  durationMs,
  type EpochMs,
  elapsedMs,
} from '../../shared/domain/units.ts';
import type { NodeReader } from '../../shared/runtime/ports.ts';
import { clean } from './output/table.ts';

/** The same is said again after this long, so that nobody thinks that it hangs. */
const AGAIN_MS: DurationMs = durationMs(10_000);

/** Says how far a plan is, as often as there is news. */
export interface ApplyProgress {
  tell(run: Run): Promise<void>;
}

interface ProgressPorts {
  readonly nodes: NodeReader;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** Such as `labelled node02; waiting for virt-handler: Absent, 12 s`. */
export function createApplyProgress({ nodes, clock, say }: ProgressPorts): ApplyProgress {
  let last: { readonly text: string; readonly at: EpochMs } | undefined;
  return {
    async tell(run) {
      const text = await describeRun(run, nodes);
      const now = clock.now();
      if (last?.text === text && elapsedMs(last.at, now) < AGAIN_MS) return;
      last = { text, at: now };
      say(`${clean(text)}, ${describeDuration(elapsedMs(run.since, now))}`);
    },
  };
}

async function describeRun(run: Run, nodes: NodeReader): Promise<string> {
  const { phase, plan, step, written, failure } = run;
  const done = plan.steps
    .filter((_, index) => written.some((it) => it.step === index))
    .map(({ change }) => (change === undefined ? '' : didWhat(change)));
  if (phase === 'Reverting') return `taking it back: ${failure?.message ?? 'it failed'}`;
  if (phase === 'Writing') return `writing: ${plan.steps[step]?.summary ?? plan.id}`;
  const handler = judgeCluster(await nodes.read(plan.node)).nodes.find(
    ({ name }) => name === plan.node,
  )?.handler;
  return `${done.join(', ')}; waiting for virt-handler: ${handler?.state ?? 'the node is gone'}`;
}

function didWhat({ action, target: { kind, name } }: ClusterChange): string {
  if (action === 'delete') return `deleted ${kind} ${name}`;
  return kind === 'Node' ? `labelled ${name}` : `changed the placement in ${kind} ${name}`;
}
