import type { AlertPorts } from '../../functions/alert-received/handler.ts';
import type { AuditPorts } from '../../functions/audit/handler.ts';
import type { DiagnosePorts } from '../../functions/diagnose/handler.ts';
import type { NotifyPorts } from '../../functions/notify/handler.ts';
import type { RemediatePorts } from '../../functions/remediate/handler.ts';
import type { ServerlessFunction } from '../../shared/runtime/serverless-function.ts';
import type { WatcherPorts } from '../../shared/runtime/watcher.ts';

/** All that any function needs of the world. */
export type FunctionPorts = WatcherPorts &
  AuditPorts &
  AlertPorts &
  DiagnosePorts &
  NotifyPorts &
  RemediatePorts;

/** What makes a function ready to run. */
export type CreateFunction = (ports: FunctionPorts) => ServerlessFunction;

/** Every function, each loaded when it is asked for: a process that serves one does not pay for the others. */
const LOADERS = {
  'handler-pod-changed': () => import('../../functions/handler-pod-changed/handler.ts'),
  'workload-changed': () => import('../../functions/workload-changed/handler.ts'),
  'node-changed': () => import('../../functions/node-changed/handler.ts'),
  'daemonset-changed': () => import('../../functions/daemonset-changed/handler.ts'),
  'placement-changed': () => import('../../functions/placement-changed/handler.ts'),
  audit: () => import('../../functions/audit/handler.ts'),
  'alert-received': () => import('../../functions/alert-received/handler.ts'),
  diagnose: () => import('../../functions/diagnose/handler.ts'),
  notify: () => import('../../functions/notify/handler.ts'),
  remediate: () => import('../../functions/remediate/handler.ts'),
} as const satisfies Readonly<Record<string, () => Promise<{ readonly createFunction: CreateFunction }>>>;

/** The name of a function, as its folder and its manifest have it. */
export type FunctionName = keyof typeof LOADERS;
/** In the order of the README. */
export const FUNCTION_NAMES = Object.keys(LOADERS) as readonly FunctionName[];

/** Loads the code of one function. */
export async function loadFunction(name: FunctionName): Promise<CreateFunction> {
  const { createFunction } = await LOADERS[name]();
  return createFunction;
}
