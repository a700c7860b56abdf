import type { FunctionManifest, Permission } from '../../../shared/runtime/function-manifest.ts';
import type { RenderedFile } from '../rendered-file.ts';
import { type Account, bindingsOf, unionOf } from './access.ts';
import { type KnownFields, kustomizationFile, kustomizedFolder, yamlFile } from './deploy-file.ts';
import type { KubeObject } from './objects.ts';
import { NAMESPACE } from './objects.ts';
import { eventSourceObjects, networkOfFunctions } from './openfaas-event-source.ts';
import { FUNCTIONS_NAMESPACE, type OpenfaasFunction, openfaasFunctions } from './openfaas-functions.ts';

const FOLDER = 'openfaas';
/** Functions run under the default account of their namespace. Source: facts of faas-netes. */
const FUNCTIONS_ACCOUNT: Account = { name: 'default', namespace: FUNCTIONS_NAMESPACE };

/** What kustomize knows of Deployments only: so `images` of an overlay names the image of functions too. */
const FIELDS_OF_FUNCTIONS: KnownFields = {
  images: [{ kind: 'Function', group: 'openfaas.com', path: 'spec/image' }],
};

/** OpenFaaS: the functions, twice, for its operator and for its command; what they may do; and what it has no equal of. */
export function openfaasFiles(manifests: readonly FunctionManifest[]): readonly RenderedFile[] {
  const functions = openfaasFunctions(manifests);
  return [
    kustomizationFile(`${FOLDER}/observe`, { resources: ['../../records', '../program'] }, [
      'Finds, tells and proposes. Functions share an account, which may write nothing of KubeVirt and no node.',
    ]),
    ...kustomizedFolder(
      `${FOLDER}/program`,
      {
        'functions.yaml': functions.map(functionObject),
        'access.yaml': access(manifests),
        'event-source.yaml': eventSourceObjects(manifests),
        'network.yaml': [networkOfFunctions()],
      },
      [
        'All but the records: `kubectl delete -k` of this folder keeps them. Needs the namespace openfaas-fn.',
      ],
      FIELDS_OF_FUNCTIONS,
    ),
    stackFile(functions),
  ];
}

/** One account for all functions of the namespace: what remediation writes it may not. */
function access(manifests: readonly FunctionManifest[]): readonly KubeObject[] {
  const permissions: readonly Permission[] = unionOf(manifests.flatMap((it) => it.permissions));
  const subject = { name: 'openfaas', namespace: NAMESPACE, permissions };
  return bindingsOf(subject, { grant: undefined, account: FUNCTIONS_ACCOUNT });
}

function functionObject({ name, settings }: OpenfaasFunction): KubeObject {
  return {
    apiVersion: 'openfaas.com/v1',
    kind: 'Function',
    metadata: { name, namespace: FUNCTIONS_NAMESPACE, labels: settings.labels },
    spec: { name, ...settings, readOnlyRootFilesystem: true },
  };
}

function stackFile(functions: readonly OpenfaasFunction[]): RenderedFile {
  const each = functions.map(({ name, settings }) => [
    name,
    { namespace: FUNCTIONS_NAMESPACE, skip_build: true, ...settings, readonly_root_filesystem: true },
  ]);
  const stack = {
    version: '1.0',
    provider: { name: 'openfaas', gateway: 'http://127.0.0.1:8080' },
    functions: Object.fromEntries(each),
  };
  return yamlFile(
    `${FOLDER}/stack.yml`,
    [stack],
    [
      'For faas-cli: the same functions as program/functions.yaml. The rest of that folder has to be applied too.',
    ],
  );
}
