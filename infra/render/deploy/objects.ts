import packageJson from '../../../package.json' with { type: 'json' };

/** An object of Kubernetes, as it is written. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export const PART_OF = 'kubevirt-orphans';
/** Where the records are, and what keeps them, unless an overlay says otherwise. */
export const NAMESPACE = 'kubevirt-orphans';
/** What everything of ours has. */
export const PART_OF_LABEL = { 'app.kubernetes.io/part-of': PART_OF };
export const VERSION = packageJson.version;
/** The image that overlays replace by where theirs is (`images:` of kustomize). */
export const IMAGE = `${PART_OF}:${VERSION}`;

/** The labels of one program and its pods; `app.kubernetes.io/name` is what selectors go by. */
export function labelsOf(name: string): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name, ...PART_OF_LABEL };
}

/** What Pod Security `restricted` wants of every pod of the namespace. Source: kubernetes.io, Pod Security Standards. */
const RESTRICTED = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
};

export function namespaceObject(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...PART_OF_LABEL, ...RESTRICTED } },
  };
}
