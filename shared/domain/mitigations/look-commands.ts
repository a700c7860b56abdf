import type { LogInQuestion } from './container-in-question.ts';
import type { MitigationContext } from './mitigation.ts';
import { shellCommand } from './shell.ts';

/**
 * Commands that only look. Names follow a resource and a slash, so that none can be taken for an option; the commands
 * of the runbook that name an object together with `--all-namespaces` do not work (facts/kubevirt.md, 1.1).
 */
export function describeNode({ nodeName }: MitigationContext): string {
  return shellCommand('kubectl', 'describe', `node/${nodeName}`);
}

/** Shows the nodes that there are. */
export function getNodes(): string {
  return shellCommand('kubectl', 'get', 'nodes');
}

/** Shows the DaemonSet with its Events. */
export function describeDaemonSet(context: MitigationContext): string {
  return inNamespace(context, ['kubectl', 'describe', 'daemonset/virt-handler'], 'daemonset');
}

/** Waits for the DaemonSet's rollout and says how far it is. */
export function rolloutStatus(context: MitigationContext): string {
  return inNamespace(context, ['kubectl', 'rollout', 'status', 'daemonset/virt-handler'], 'daemonset');
}

/** Shows the node's virt-handler pod, or all of them when it is not known. */
export function describeHandler({ handlerPod }: MitigationContext): string {
  if (handlerPod?.metadata.namespace === undefined) return allHandlers('pods');
  const { name, namespace } = handlerPod.metadata;
  return shellCommand('kubectl', 'describe', `pod/${name}`, '-n', namespace);
}

/** Shows what a container of the pod said last, or the one before it. */
export function handlerLogs(
  { handlerPod }: MitigationContext,
  { container, previous }: LogInQuestion,
): string {
  if (handlerPod?.metadata.namespace === undefined) return allHandlers('pods');
  const { name, namespace } = handlerPod.metadata;
  const which = previous ? ['--previous'] : [];
  return shellCommand(
    'kubectl',
    'logs',
    `pod/${name}`,
    '-n',
    namespace,
    '-c',
    container,
    '--tail=100',
    ...which,
  );
}

/** Shows virt-operator, which makes the DaemonSet and everything else of KubeVirt. */
export function getOperator(): string {
  return shellCommand('kubectl', 'get', 'pods', '--all-namespaces', '-l', 'kubevirt.io=virt-operator');
}

/** Shows the KubeVirt resource whole. */
export function getKubeVirt({ kubeVirt }: MitigationContext): string {
  const { name, namespace } = kubeVirt?.metadata ?? {};
  if (name === undefined || namespace === undefined)
    return shellCommand('kubectl', 'get', 'kubevirts', '--all-namespaces');
  return shellCommand('kubectl', 'get', `kubevirts/${name}`, '-n', namespace, '-o', 'yaml');
}

/** Shows the patches that KubeVirt applies to its own components. */
export function getCustomizeComponents({ kubeVirt }: MitigationContext): string {
  const { name, namespace } = kubeVirt?.metadata ?? {};
  const path = 'jsonpath={.items[*].spec.customizeComponents}';
  if (name === undefined || namespace === undefined)
    return shellCommand('kubectl', 'get', 'kubevirts', '--all-namespaces', '-o', path);
  const one = 'jsonpath={.spec.customizeComponents}';
  return shellCommand('kubectl', 'get', `kubevirts/${name}`, '-n', namespace, '-o', one);
}

/** Shows the object that owns the placement. */
export function getPlacement(context: MitigationContext): string {
  const { name, namespace } = context.hyperConverged?.metadata ?? {};
  if (name === undefined || namespace === undefined) return getKubeVirt(context);
  const resource = `hyperconvergeds.hco.kubevirt.io/${name}`;
  return shellCommand('kubectl', 'get', resource, '-n', namespace, '-o', 'yaml');
}

/** Shows the namespace that KubeVirt is installed in, with its annotations. */
export function getNamespace(context: MitigationContext): string {
  const namespace = installedIn(context);
  if (namespace === undefined) return allHandlers('daemonsets');
  return shellCommand('kubectl', 'get', `namespace/${namespace}`, '-o', 'yaml');
}

function inNamespace(context: MitigationContext, command: readonly string[], resource: string): string {
  const namespace = installedIn(context);
  return namespace === undefined ? allHandlers(`${resource}s`) : shellCommand(...command, '-n', namespace);
}

function allHandlers(resource: string): string {
  return shellCommand('kubectl', 'get', resource, '--all-namespaces', '-l', 'kubevirt.io=virt-handler');
}

function installedIn({ daemonSet, kubeVirt, handlerPod }: MitigationContext): string | undefined {
  return (daemonSet ?? kubeVirt ?? handlerPod)?.metadata.namespace;
}
