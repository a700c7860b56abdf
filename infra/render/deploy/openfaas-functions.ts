import { NUMBERS, TEXTS } from '../../../shared/config/variables.ts';
import type { AuditScope } from '../../../shared/events/audit-events.ts';
import type { FunctionManifest } from '../../../shared/runtime/function-manifest.ts';
import { EVENT_SOURCE } from './event-source.ts';
import { IMAGE, labelsOf, NAMESPACE, PART_OF } from './objects.ts';
import { RESOURCES } from './pod.ts';

/** Where OpenFaaS keeps functions, unless it is told otherwise. */
export const FUNCTIONS_NAMESPACE = 'openfaas-fn';
/** Its keys are files in /var/openfaas/secrets. Source: openfaas/faas-netes `pkg/k8s/secrets.go`. */
const SECRET = `${PART_OF}-secrets`;
/** What takes requests of OpenFaaS' commercial edition when a pod is ready; the other asks for `/_/health`, whatever is said. */
const READINESS = { 'com.openfaas.ready.http.path': '/_/ready' };

/** What OpenFaaS is told of a function, in both of its formats. */
export interface OpenfaasFunction {
  readonly name: string;
  readonly settings: {
    readonly image: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly secrets?: readonly string[];
    readonly requests: object;
    readonly limits: object;
  };
}

/** Every function, and the two that the cron connector calls. One image: containers get no arguments, and a variable says which it is. */
export function openfaasFunctions(manifests: readonly FunctionManifest[]): readonly OpenfaasFunction[] {
  return [
    ...manifests.map((manifest) => functionOf(manifest.name, manifest)),
    ...manifests.filter(({ name }) => name === 'audit').flatMap(timers),
  ];
}

/**
 * What asks for audits: `audit` twice more, which nobody sends events. The cron connector's request says nothing; they publish the one
 * that it stands for, so that it comes to everybody whose manifest names it.
 */
function timers(audit: FunctionManifest): readonly OpenfaasFunction[] {
  return [
    timer(audit, 'audit-tick', { scope: 'unsettled', seconds: Number(NUMBERS.tickSeconds.default) }),
    timer(audit, 'audit-sweep', { scope: 'all', seconds: Number(NUMBERS.sweepSeconds.default) }),
  ];
}

function timer(
  audit: FunctionManifest,
  name: string,
  { scope, seconds }: { readonly scope: AuditScope; readonly seconds: number },
): OpenfaasFunction {
  const { settings } = functionOf(name, audit);
  return {
    name,
    settings: {
      ...settings,
      environment: { ...settings.environment, [TEXTS.cronScope.name]: scope },
      // Fields of its schedules begin with minutes. Source: openfaas/cron-connector `types/scheduler.go`, robfig/cron "Intervals".
      annotations: { ...settings.annotations, topic: 'cron-function', schedule: `@every ${seconds}s` },
    },
  };
}

function functionOf(name: string, served: FunctionManifest): OpenfaasFunction {
  return {
    name,
    settings: {
      image: IMAGE,
      environment: {
        [TEXTS.function.name]: served.name,
        [TEXTS.sink.name]: `http://${EVENT_SOURCE}.${NAMESPACE}.svc.cluster.local`,
        [TEXTS.podNamespace.name]: NAMESPACE,
      },
      labels: labelsOf(name),
      annotations: READINESS,
      ...(served.readsFiles && { secrets: [SECRET] }),
      requests: RESOURCES.function.requests,
      limits: RESOURCES.function.limits,
    },
  };
}
