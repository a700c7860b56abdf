import { setTimeout as sleep } from 'node:timers/promises';
import type { NotifySettings } from '../../functions/notify/handler.ts';
import type { Config } from '../../shared/config/config.ts';
import { type RemediationPolicy, USUAL_POLICY } from '../../shared/domain/remediation/remediation-policy.ts';
import { type Clock, durationMs } from '../../shared/domain/units.ts';
import type { ApprovalLinks, ApprovalVerifier } from '../../shared/runtime/approval.ts';
import type { Channel } from '../../shared/runtime/channel.ts';
import { Judge } from '../../shared/runtime/judge.ts';
import type { EventSink, Log, Metrics } from '../../shared/runtime/ports.ts';
import type { ApprovalSettings } from './approval-intake.ts';
import type { FunctionPorts } from './catalog.ts';
import type { World } from './world.ts';

/** Who is told of incidents. */
export interface Notification {
  readonly channels: readonly Channel[];
  readonly settings: NotifySettings;
}

/** What may be repaired, and how approvals come in and links go out. */
export interface Remediation {
  readonly policy: RemediationPolicy;
  /** How people approve by a link; `undefined` when no key is configured, as are those that follow from it. */
  readonly approval: ApprovalSettings | undefined;
  readonly verifier: ApprovalVerifier | undefined;
  readonly links: ApprovalLinks | undefined;
}

/** What functions stand on, in one process. */
export interface PortParts {
  readonly world: World;
  readonly sink: EventSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Nobody is told of anything unless this is given. */
  readonly notification?: Notification | undefined;
  /** Repairs are only proposed unless this is given. */
  readonly remediation?: Remediation | undefined;
}

const NOBODY: Notification = {
  channels: [],
  settings: {
    routing: { routes: [], muteWindows: [], silences: [], disabledChannels: [] },
    links: {},
    diagnosisWaitMs: durationMs(0),
    flapQuietMs: durationMs(0),
    storm: { minNodes: 2, windowMs: durationMs(0) },
  },
};

/** Joins the parts of a process into what functions see; one judge for all of them. */
export function createFunctionPorts(
  { world, sink, clock, log, metrics, notification = NOBODY, remediation }: PortParts,
  { clusterName, graceMs }: Pick<Config, 'clusterName' | 'graceMs'>,
): FunctionPorts {
  const settling = {
    incidents: world.incidents,
    sink,
    clock,
    log,
    metrics,
    clusterName,
    policy: { graceMs },
  };
  const wait = (delayMs: number) => sleep(delayMs);
  const judge = new Judge({ ...settling, nodes: world.nodes, wait });
  return {
    ...world,
    ...settling,
    ...notification,
    wait,
    judge,
    remediation: remediation?.policy ?? USUAL_POLICY,
    approvals: remediation?.verifier,
    approvalLinks: remediation?.links,
  };
}
