/**
 * What a command lets its user say where the cluster is: by flags, live or from a `dump`; by flags, but only `live`; or
 * by nothing but its `environment`.
 */
export type ClusterInputs = 'dump' | 'live' | 'environment';

/** What to do when there is no usable configuration: a sentence each, which names no flag that the command lacks. */
export interface ConfigAdvice {
  /** There is no kubeconfig, and no service account. */
  readonly whenNone: string;
  /** The files of `KUBECONFIG` do not exist. */
  readonly whenMissing: string;
  /** A kubeconfig has no context. */
  readonly whenEmpty: string;
  /** A kubeconfig does not have the wanted context, but others. */
  readonly whenNoSuchContext: (known: readonly string[]) => string;
}

const BY_FLAGS: ConfigAdvice = {
  whenNone: 'Name one with --kubeconfig, or read a dump with -f.',
  whenMissing: 'Correct KUBECONFIG, unset it to use ~/.kube/config, or name a file with --kubeconfig.',
  whenEmpty: 'It has no usable context at all: name another file with --kubeconfig.',
  whenNoSuchContext: (known) => `Name one of its contexts with --context: ${known.join(', ')}.`,
};

/** By what the command lets its user say. */
export const CONFIG_ADVICE: Readonly<Record<ClusterInputs, ConfigAdvice>> = {
  dump: BY_FLAGS,
  live: {
    ...BY_FLAGS,
    whenNone: 'Name one with --kubeconfig, or set KUBECONFIG.',
  },
  environment: {
    whenNone: 'Set KUBECONFIG, or run it in a pod that has the token of its service account mounted.',
    whenMissing:
      'Correct KUBECONFIG, or unset it to use ~/.kube/config or the service account of the pod it runs in.',
    whenEmpty: 'It has no usable context at all: name another file in KUBECONFIG.',
    whenNoSuchContext: (known) =>
      `Choose one of its contexts: ${known.map((name) => `\`kubectl config use-context ${name}\``).join(', ')}.`,
  },
};
