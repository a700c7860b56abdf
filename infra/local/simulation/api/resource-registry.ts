import { isObject, type JsonObject, valueAt } from './kube-object.ts';
import { groupVersion, KUBEVIRT_TYPES, ORPHAN_INCIDENT, type ResourceType, TYPES } from './resource-type.ts';

/** The kinds that a server serves. A CustomResourceDefinition adds its own, as HyperConverged's does. */
export class ResourceRegistry {
  readonly #types = new Map<string, ResourceType>();

  constructor() {
    const builtIn = [...Object.values(TYPES), ...Object.values(KUBEVIRT_TYPES), ORPHAN_INCIDENT];
    for (const type of builtIn) this.#add(type);
  }

  find(group: string, version: string, plural: string): ResourceType | undefined {
    return this.#types.get(`${group}/${version}/${plural}`);
  }

  /** The kind that an object says it is of. */
  ofObject(apiVersion: string, kind: string): ResourceType | undefined {
    return this.all().find((type) => type.kind === kind && groupVersion(type) === apiVersion);
  }

  all(): readonly ResourceType[] {
    return [...this.#types.values()];
  }

  /** Serves what a CustomResourceDefinition defines; what is served already stays as it is. */
  define(crd: JsonObject): void {
    for (const type of typesOf(crd)) {
      if (this.find(type.group, type.version, type.plural) === undefined) this.#add(type);
    }
  }

  #add(type: ResourceType): void {
    this.#types.set(`${type.group}/${type.version}/${type.plural}`, type);
  }
}

interface Definition {
  readonly group: string;
  readonly scope: string;
  readonly names: {
    readonly kind: string;
    readonly plural: string;
    readonly singular?: string;
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
  };
  readonly versions: readonly {
    readonly name: string;
    readonly served: boolean;
    readonly subresources?: { readonly status?: unknown };
  }[];
}

function typesOf(crd: JsonObject): readonly ResourceType[] {
  const spec = crd['spec'];
  if (!isObject(spec) || !isObject(spec['names']) || !Array.isArray(spec['versions'])) return [];
  const { group, scope, names, versions } = spec as unknown as Definition;
  return versions
    .filter(({ served }) => served)
    .map(({ name, subresources }) => ({
      group,
      version: name,
      kind: names.kind,
      plural: names.plural,
      singular: names.singular ?? names.kind.toLowerCase(),
      shortNames: names.shortNames ?? [],
      categories: names.categories ?? [],
      namespaced: scope === 'Namespaced',
      custom: true,
      status: valueAt(subresources, ['status']) !== undefined,
      generation: true,
      selectable: [],
      answersDeleted: false,
    }));
}
