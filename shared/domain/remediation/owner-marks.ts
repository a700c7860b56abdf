import type { EditedMeta } from '../objects.ts';

/** How a tool that applies objects, and applies them again, marks them. One mark is enough. */
interface Tool {
  readonly name: string;
  readonly annotations?: Marks;
  readonly labels?: Marks;
  /** Field managers, exactly. */
  readonly managers?: readonly string[];
  /** Kinds of owners. */
  readonly owners?: readonly string[];
}

/** Keys, each with the value that it has to have; `undefined`: any. */
type Marks = readonly (readonly [key: string, value: string | undefined])[];

/**
 * Sources: Argo CD, Resource Tracking, and `ArgoCDSSAManager` in common/common.go; Flux, kustomize-controller and
 * helm-controller; Helm, Labels and Annotations; Rancher wrangler, pkg/objectset (Fleet and the add-ons of k3s); kapp,
 * Apply Ordering; Config Sync, Objects; Kubernetes cluster/addons/addon-manager; Sveltos; Open Cluster Management,
 * ManifestWork; hyperconverged-cluster-operator, pkg/util.
 *
 * `app.kubernetes.io/instance` alone is no mark: every chart sets it. Argo CD, which may track by it, is known by its
 * field manager then.
 */
const TOOLS: readonly Tool[] = [
  {
    name: 'Argo CD',
    annotations: [['argocd.argoproj.io/tracking-id', undefined]],
    labels: [['argocd.argoproj.io/instance', undefined]],
    managers: ['argocd-controller', 'argocd-application-controller'],
  },
  {
    name: 'Flux',
    labels: [
      ['kustomize.toolkit.fluxcd.io/name', undefined],
      ['helm.toolkit.fluxcd.io/name', undefined],
    ],
    managers: ['kustomize-controller', 'helm-controller'],
  },
  { name: 'Rancher Fleet', annotations: [['objectset.rio.cattle.io/id', undefined]] },
  { name: 'kapp', labels: [['kapp.k14s.io/app', undefined]] },
  { name: 'Config Sync', annotations: [['configmanagement.gke.io/managed', 'enabled']] },
  { name: 'the add-on manager', labels: [['addonmanager.kubernetes.io/mode', 'Reconcile']] },
  {
    name: 'Sveltos',
    annotations: [['projectsveltos.io/owner-name', undefined]],
    labels: [['projectsveltos.io/reference-name', undefined]],
  },
  { name: 'Open Cluster Management', owners: ['AppliedManifestWork'] },
  // Its field manager is no mark: it is in HyperConverged itself, too.
  { name: 'the HyperConverged operator', labels: [['app.kubernetes.io/managed-by', 'hco-operator']] },
  // Last: Flux and Fleet install charts too, and leave Helm's marks beside their own.
  { name: 'Helm', annotations: [['meta.helm.sh/release-name', undefined]] },
];

/** The annotations that tell an owner: what a reader keeps of an object for it. */
export const OWNER_ANNOTATIONS: readonly string[] = TOOLS.flatMap(({ annotations = [] }) =>
  annotations.map(([key]) => key),
);

/** The tool that marks an object as its own, and would undo what others change in it; `undefined` when none does. */
export function toolThatOwns(metadata: EditedMeta): string | undefined {
  const managers = (metadata.managedFields ?? []).map(({ manager }) => manager);
  const owners = (metadata.ownerReferences ?? []).map(({ kind }) => kind);
  const found = TOOLS.find(
    (tool) =>
      hasMark(metadata.annotations, tool.annotations) ||
      hasMark(metadata.labels, tool.labels) ||
      managers.some((manager) => manager !== undefined && tool.managers?.includes(manager)) ||
      owners.some((kind) => tool.owners?.includes(kind)),
  );
  return found?.name;
}

function hasMark(map: EditedMeta['labels'], marks: Marks = []): boolean {
  return marks.some(
    ([key, value]) =>
      map !== undefined && Object.hasOwn(map, key) && (value === undefined || map[key] === value),
  );
}
