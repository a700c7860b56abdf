import { NUMBERS } from '../../../shared/config/variables.ts';
import { PING_TYPE } from '../../../shared/events/raw-events.ts';
import type { FunctionManifest, Permission } from '../../../shared/runtime/function-manifest.ts';
import type { RenderedFile } from '../rendered-file.ts';
import { type Account, bindingsOf, unionOf } from './access.ts';
import { kustomizationFile, kustomizedFolder, yamlFile } from './deploy-file.ts';
import { type KubeObject, labelsOf, NAMESPACE, PART_OF, VERSION } from './objects.ts';
import { RESOURCES } from './pod.ts';

const FOLDER = 'openfaas';
/** Where OpenFaaS keeps functions; they run under its default account. Source: facts of faas-netes. */
const FUNCTIONS_NAMESPACE = 'openfaas-fn';
const FUNCTIONS_ACCOUNT: Account = { name: 'default', namespace: FUNCTIONS_NAMESPACE };
/** Where a function's secrets are mounted: /var/openfaas/secrets/NAME. */
const SECRET = `${PART_OF}-secrets`;

/** OpenFaaS: the functions, twice, for its operator and for its command, what they may do, and the table of who gets which event. */
export function openfaasFiles(manifests: readonly FunctionManifest[]): readonly RenderedFile[] {
  return [
    kustomizationFile(`${FOLDER}/observe`, { resources: ['../../records', '../program'] }, [
      'Not complete: see infra/deploy/README.md for what is missing.',
    ]),
    ...kustomizedFolder(
      `${FOLDER}/program`,
      { 'functions.yaml': manifests.map(functionOf), 'access.yaml': access(manifests) },
      ['All but the records. Needs the namespace openfaas-fn.'],
    ),
    stackFile(manifests),
    routesFile(manifests),
  ];
}

/** One account for all functions of the namespace: what remediation writes it may not. */
function access(manifests: readonly FunctionManifest[]): readonly KubeObject[] {
  const permissions: readonly Permission[] = unionOf(manifests.flatMap((it) => it.permissions));
  const subject = { name: 'openfaas', namespace: NAMESPACE, permissions };
  return bindingsOf(subject, { isRemediation: false, account: FUNCTIONS_ACCOUNT });
}

/** What OpenFaaS is told of a function, in both of its formats. It gives no arguments: each function is an image of its own. */
function settingsOf({ name, readsFiles }: FunctionManifest) {
  return {
    image: `${PART_OF}-${name}:${VERSION}`,
    environment: { POD_NAMESPACE: NAMESPACE },
    labels: { ...labelsOf(name) },
    ...(readsFiles && { secrets: [SECRET] }),
    requests: RESOURCES.function.requests,
    limits: RESOURCES.function.limits,
  };
}

function functionOf(manifest: FunctionManifest): KubeObject {
  const { name } = manifest;
  return {
    apiVersion: 'openfaas.com/v1',
    kind: 'Function',
    metadata: { name, namespace: FUNCTIONS_NAMESPACE, labels: labelsOf(name) },
    spec: { name, ...settingsOf(manifest), readOnlyRootFilesystem: true },
  };
}

function stackFile(manifests: readonly FunctionManifest[]): RenderedFile {
  const functions = manifests.map((manifest) => [
    manifest.name,
    {
      namespace: FUNCTIONS_NAMESPACE,
      skip_build: true,
      ...settingsOf(manifest),
      readonly_root_filesystem: true,
    },
  ]);
  const stack = {
    version: '1.0',
    provider: { name: 'openfaas', gateway: 'http://127.0.0.1:8080' },
    functions: Object.fromEntries(functions),
  };
  return yamlFile(
    `${FOLDER}/stack.yml`,
    [stack],
    ['For faas-cli: the same functions as program/functions.yaml.'],
  );
}

/** Who gets which event, and which timers there are: OpenFaaS has no broker that would know. */
function routesFile(manifests: readonly FunctionManifest[]): RenderedFile {
  const routes = manifests.flatMap(({ name, consumes }) =>
    consumes.map((subscription) => ({ ...subscription, function: name })),
  );
  const timer = (scope: string, everySeconds: string) => ({
    type: PING_TYPE,
    data: { scope },
    everySeconds: Number(everySeconds),
  });
  const timers = [
    timer('unsettled', NUMBERS.tickSeconds.default),
    timer('all', NUMBERS.sweepSeconds.default),
  ];
  return yamlFile(
    `${FOLDER}/routes.yaml`,
    [{ timers, routes }],
    ['An event goes to every function that has a route with its type and all the attributes.'],
  );
}
