import { readFileSync } from 'node:fs';
import { type Cluster, type Context, KubeConfig, makeAbsolutePath, type User } from '@kubernetes/client-node';
import { KubeConfigError } from '../errors/errors.ts';
import type { ConfigAdvice } from './config-advice.ts';
import { withExecPath } from './exec-plugin.ts';

/** The variables of the environment that say how to reach a cluster. */
export interface KubeEnvironment {
  readonly KUBECONFIG?: string | undefined;
  readonly HOME?: string | undefined;
  /** Windows' HOME. */
  readonly USERPROFILE?: string | undefined;
  readonly KUBERNETES_SERVICE_HOST?: string | undefined;
  readonly KUBERNETES_SERVICE_PORT?: string | undefined;
  readonly HTTPS_PROXY?: string | undefined;
  readonly https_proxy?: string | undefined;
  readonly HTTP_PROXY?: string | undefined;
  readonly http_proxy?: string | undefined;
  readonly NO_PROXY?: string | undefined;
  readonly no_proxy?: string | undefined;
}

/** What one or several kubeconfig files say together; entries that are not usable are left out, as by kubectl. */
export interface KubeConfigContent {
  readonly clusters: readonly Cluster[];
  readonly users: readonly User[];
  readonly contexts: readonly Context[];
  /** Empty when no file names one. */
  readonly currentContext: string;
  /** Names the files for a message: `the kubeconfig /home/a/.kube/config`. */
  readonly source: string;
}

/** Where kubeconfig files were looked for, and what was found. */
export interface KubeConfigSearch {
  readonly content: KubeConfigContent | undefined;
  /** Says for each place but the named file why it has none. */
  readonly lookedAt: readonly string[];
}

type FileContent = Omit<KubeConfigContent, 'source'>;

/**
 * Finds and reads the kubeconfig as kubectl does: the named file, else the files of `KUBECONFIG`, else
 * `~/.kube/config`. The first file that names a cluster, a user, a context or the current context wins.
 *
 * @throws KubeConfigError when a named file is missing, and when a file cannot be read or is none
 */
export function findKubeConfig(
  kubeconfig: string | undefined,
  env: KubeEnvironment,
  { whenMissing }: Pick<ConfigAdvice, 'whenMissing'>,
): KubeConfigSearch {
  if (kubeconfig) {
    const content = readFiles([kubeconfig]);
    if (content !== undefined) return { content, lookedAt: [] };
    throw new KubeConfigError(
      `the kubeconfig ${kubeconfig} does not exist`,
      'Correct the path after --kubeconfig.',
    );
  }
  if (env.KUBECONFIG) {
    const content = readFiles(env.KUBECONFIG.split(process.platform === 'win32' ? ';' : ':').filter(Boolean));
    if (content !== undefined) return { content, lookedAt: [] };
    throw new KubeConfigError(
      `no kubeconfig: KUBECONFIG=${env.KUBECONFIG} names no file that exists`,
      whenMissing,
    );
  }
  return findAtHome(env.HOME || env.USERPROFILE);
}

function findAtHome(home: string | undefined): KubeConfigSearch {
  const unset = 'KUBECONFIG (not set)';
  if (!home) return { content: undefined, lookedAt: [unset, '~/.kube/config (HOME is not set)'] };
  const file = makeAbsolutePath(home, '.kube/config');
  return { content: readFiles([file]), lookedAt: [unset, `${file} (does not exist)`] };
}

function readFiles(files: readonly string[]): KubeConfigContent | undefined {
  const found = files
    .map((file) => ({ file, content: readFile(file) }))
    .filter(({ content }) => content !== undefined);
  if (found.length === 0) return undefined;
  const contents = found.flatMap(({ content }) => content ?? []);
  return {
    clusters: firstOfEachName(contents.flatMap(({ clusters }) => clusters)),
    users: firstOfEachName(contents.flatMap(({ users }) => users)),
    contexts: firstOfEachName(contents.flatMap(({ contexts }) => contexts)),
    currentContext: contents.find(({ currentContext }) => currentContext !== '')?.currentContext ?? '',
    source: `the kubeconfig ${found.map(({ file }) => file).join(' and ')}`,
  };
}

function readFile(file: string): FileContent | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const reason = READ_FAILURES[code ?? ''] ?? code ?? 'it cannot be opened';
    throw new KubeConfigError(
      `cannot read the kubeconfig ${file}: ${reason}`,
      'Name another file, or repair this one.',
      {
        cause,
      },
    );
  }
  return parse(text, file);
}

const READ_FAILURES: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
};

function parse(text: string, file: string): FileContent {
  const config = new KubeConfig();
  const directory = makeAbsolutePath(file, '..');
  try {
    if (text.trim() !== '') config.loadFromString(withTokenFilesKept(text), { onInvalidEntry: 'filter' });
    config.makePathsAbsolute(directory);
  } catch (cause) {
    throw new KubeConfigError(
      `the kubeconfig ${file} is not one: ${placeOf(cause) ?? 'a part of it is missing or of a wrong type'}`,
      'Compare it with the output of `kubectl config view`, or get a new one from whoever runs the cluster.',
      { cause },
    );
  }
  return {
    clusters: config.clusters.filter(isNamed),
    users: config.users
      .filter(isNamed)
      .map((user) => withExecPath(withTokenFile(user, directory), directory)),
    contexts: config.contexts.filter(isNamed),
    currentContext: typeof config.currentContext === 'string' ? config.currentContext : '',
  };
}

/** The client library does not know `tokenFile`; what it hands on unread is `auth-provider`, so the path travels there. */
function withTokenFilesKept(text: string): string {
  return text.replaceAll(/(^|[\s{,])(["']?)(?:tokenFile|token-file)\2(?=\s*:)/g, '$1$2auth-provider$2');
}

function withTokenFile(user: User, directory: string): User {
  if (typeof user.authProvider !== 'string') return user;
  const { token: _, ...rest } = user;
  const tokenFile = makeAbsolutePath(directory, user.authProvider);
  return { ...rest, authProvider: { name: 'tokenFile', config: { tokenFile } } };
}

/** Where YAML is broken. Source: js-yaml's YAMLException, whose `mark` counts from 0. */
function placeOf(cause: unknown): string | undefined {
  const { mark } = cause as { readonly mark?: { readonly line: number; readonly column: number } };
  return mark === undefined ? undefined : `no YAML at line ${mark.line + 1}, column ${mark.column + 1}`;
}

function isNamed({ name }: { readonly name: unknown }): boolean {
  return typeof name === 'string';
}

function firstOfEachName<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
): readonly Entry[] {
  return [...new Map(entries.toReversed().map((entry) => [entry.name, entry])).values()].toReversed();
}
