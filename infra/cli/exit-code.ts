import type { Finding } from '../../functions/audit/decide.ts';
import type { ErrorCode } from '../../shared/errors/errors.ts';

/**
 * 0 nothing found; 1 orphans found; 2 wrong usage or unreadable input; 3 the cluster could not be read, also in part
 * when that part leaves a node `Unknown` and no orphan was seen: silence is never taken for health; 130 stopped by a signal while
 * something is still under way, as a shell reports it.
 */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

export const EXIT_OF_ERROR: Readonly<Record<ErrorCode, ExitCode>> = {
  USAGE: 2,
  INPUT_UNREADABLE: 2,
  INPUT_MALFORMED: 2,
  KUBE_CONFIG: 2,
  KUBE_UNAVAILABLE: 3,
  KUBE_UNAUTHORIZED: 3,
  KUBE_FORBIDDEN: 3,
  KUBE_TLS: 3,
  KUBEVIRT_NOT_INSTALLED: 3,
  CONFIG_INVALID: 2,
  EVENT_INVALID: 2,
  EVENT_TOO_LARGE: 2,
  MEDIA_TYPE_UNSUPPORTED: 2,
  INCIDENT_CONFLICT: 3,
  SINK_UNAVAILABLE: 3,
  OVERLOADED: 3,
  CHANNEL_UNAVAILABLE: 3,
  CHANNEL_REFUSED: 2,
};

export const EXIT_OF_FINDING: Readonly<Record<Finding, ExitCode>> = { none: 0, orphans: 1, unknown: 3 };
