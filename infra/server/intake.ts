import type { Config } from '../../shared/config/config.ts';
import type { Clock } from '../../shared/domain/units.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import type { EventAppOptions } from '../../shared/http/event-app.ts';
import { alertAccess } from './alert-access.ts';
import type { Remediation } from './function-ports.ts';
import type { ProcessObservability } from './observe-process.ts';
import type { World } from './world.ts';

/** What comes in beside events. */
export interface IntakeParts {
  readonly config: Config;
  readonly remediation: Remediation | undefined;
  readonly clock: Clock;
  readonly metrics: ProcessObservability['metrics'];
  readonly world: Pick<World, 'incidents'>;
  /** Takes the events that it becomes. */
  readonly handle: (event: IncomingEvent) => Promise<unknown>;
}

type AddRoutes = NonNullable<EventAppOptions['addRoutes']>;

/**
 * The routes that one function has besides that for events, or `all` of them; only it loads their code.
 *
 * @throws ConfigInvalidError when a secret cannot be used
 */
export async function intakeOf(name: string, parts: IntakeParts): Promise<AddRoutes | undefined> {
  const alerts = name === 'alert-received' || name === 'all' ? await alertIntake(parts) : undefined;
  const approvals = name === 'remediate' || name === 'all' ? await linkIntake(parts) : undefined;
  if (alerts === undefined || approvals === undefined) return alerts ?? approvals;
  return (http, isStopping) => {
    alerts(http, isStopping);
    approvals(http, isStopping);
  };
}

async function alertIntake({ config, handle, metrics }: IntakeParts): Promise<AddRoutes> {
  const { alertRoutes } = await import('../../shared/http/alert-route.ts');
  return alertRoutes({ access: alertAccess(config.alertAccess), handle, metrics });
}

/** `undefined` without a key: nobody approves by a link then. */
async function linkIntake({
  config,
  remediation,
  clock,
  world,
  handle,
}: IntakeParts): Promise<AddRoutes | undefined> {
  if (remediation?.approval === undefined) return undefined;
  const { approvalIntake } = await import('./approval-intake.ts');
  const { clusterName } = config;
  return approvalIntake(remediation.approval, { clusterName, clock, incidents: world.incidents, handle });
}
