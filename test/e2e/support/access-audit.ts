import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { ControlPlaneOptions } from './control-plane.ts';

/** What an account of ours asked the API server for, as its audit log has it. */
export interface AskedFor {
  readonly account: string;
  /** `verb group/resource`, as `rightsOf` has it. */
  readonly right: string;
  /** Empty for all namespaces, and for what has none. */
  readonly namespace: string;
  /** The status of the answer. */
  readonly code: number;
}

/** The API server's own account of who asked for what; as options of the control plane it has it kept. */
export interface AccessAudit extends Required<Pick<ControlPlaneOptions, 'apiServerArgs'>> {
  /** What was asked for so far, each once. */
  askedFor(): readonly AskedFor[];
}

interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

const ACCOUNT = /^system:serviceaccount:[^:]+:(.+)$/;

/** Has all requests of namespaces' service accounts written down, for the tests of one file. */
export function accessAudit(...namespaces: readonly string[]): AccessAudit {
  let directory: string | undefined;
  afterAll(() => directory && rmSync(directory, { recursive: true }));
  const userGroups = namespaces.map((namespace) => `system:serviceaccounts:${namespace}`);
  const rules = [{ level: 'Metadata', userGroups }, { level: 'None' }];
  const policy = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', omitStages: ['RequestReceived'], rules };
  return {
    // Only read where a control plane starts.
    get apiServerArgs() {
      directory = mkdtempSync(join(tmpdir(), 'access-audit-'));
      writeFileSync(join(directory, 'policy.json'), JSON.stringify(policy));
      return [`--audit-policy-file=${directory}/policy.json`, `--audit-log-path=${directory}/audit.log`];
    },
    askedFor: () =>
      directory === undefined ? [] : parse(readFileSync(join(directory, 'audit.log'), 'utf8')),
  };
}

function parse(text: string): readonly AskedFor[] {
  const distinct = new Map<string, AskedFor>();
  // The last line may be half written.
  for (const line of text.split('\n').slice(0, -1)) {
    const { verb, user, objectRef, responseStatus } = JSON.parse(line) as AuditEvent;
    if (objectRef === undefined) continue;
    const { apiGroup = '', resource, subresource, namespace = '' } = objectRef;
    const [, account = ''] = ACCOUNT.exec(user.username) ?? [];
    const right = `${verb} ${apiGroup}/${[resource, subresource].filter(Boolean).join('/')}`;
    const asked = { account, right, namespace, code: responseStatus?.code ?? 0 };
    distinct.set(JSON.stringify(asked), asked);
  }
  return [...distinct.values()];
}

/** What was refused for want of a right, a line each. */
export function forbiddenIn(asked: readonly AskedFor[]): readonly string[] {
  return asked
    .filter(({ code }) => code === 403)
    .map(({ account, right, namespace }) => `${account}: ${right} in ${namespace || 'all'}`);
}

/** Those of an account's rights that it made use of. */
export function usedOf(
  account: string,
  rights: ReadonlySet<string>,
  asked: readonly AskedFor[],
): Set<string> {
  const used = asked
    .filter((it) => it.account === account && it.code !== 403)
    .flatMap(({ right, namespace }) => [right, `${right} in ${namespace}`]);
  return new Set(used.filter((it) => rights.has(it)));
}
