import { type DurationMs, durationMs, type EpochMs, epochMs } from '../units.ts';

/** What the cluster says of an alert; `Unknown`: it could not be read. */
export const ALERT_VERDICTS = ['Confirmed', 'FalsePositive', 'AlreadyRecovered', 'Unknown'] as const;
export type AlertVerdict = (typeof ALERT_VERDICTS)[number];

/** An alert fires, or did. */
export const ALERT_STATUSES = ['firing', 'resolved'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** KubeVirt's alert about a node with launchers and no Ready virt-handler. Source: kubevirt `pkg/monitoring/rules/alerts`. */
export const ORPHANS_ALERT = 'OrphanedVirtualMachineInstances';

/** Alerts of KubeVirt that say that handlers are missing, and not where. Source: the same. */
export const HANDLER_ALERTS: ReadonlySet<string> = new Set([
  'VirtHandlerDaemonSetRolloutFailing',
  'VirtHandlerDown',
  'NoReadyVirtHandler',
]);

/** How long KubeVirt's alert counts before it fires. Source: `for: 10m` of the same rule. */
const COUNTING_MS: DurationMs = durationMs(10 * 60 * 1_000);

/** One alert as far as it is judged. Its labels are foreign: any text, of any length. */
export interface Alert {
  readonly alertname: string;
  readonly status: AlertStatus;
  /** 64 bits in hexadecimal, as Alertmanager has it. */
  readonly fingerprint: string;
  /** The label `node`; empty when there is none. */
  readonly node: string;
  /** The label `namespace`; empty when there is none. */
  readonly namespace: string;
  /** When it fired; `undefined` when that was not told, or is no time. */
  readonly startsAt: EpochMs | undefined;
}

/** When what an alert tells began, if it is true. */
export function countingSince({ startsAt }: Alert): EpochMs | undefined {
  return startsAt === undefined ? undefined : epochMs(startsAt - COUNTING_MS);
}

/** The alert as it is judged: one that fires later than a fast clock explains is one that does not say when it fired. */
export function withoutFuture(alert: Alert, now: EpochMs): Alert {
  // So far ahead, what it tells still began before now.
  const isBelieved = (countingSince(alert) ?? now) <= now;
  return isBelieved ? alert : { ...alert, startsAt: undefined };
}

/** What is said of one alert. */
export interface AlertFinding {
  readonly verdict: AlertVerdict;
  /** Stable, for programs. */
  readonly code: string;
  /** One sentence for people. */
  readonly message: string;
  /** When it became true, the same as long as the finding is; `undefined` when nothing tells. */
  readonly at: EpochMs | undefined;
}
