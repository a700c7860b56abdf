import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Kubeconfig } from './kubeconfig.ts';
import type { Kind, KubeObject, Ref } from './objects.ts';

export class KubeApiError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.name = 'KubeApiError';
    this.status = status;
    this.reason = reason;
  }
}

export interface KubeList<T> {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: T[];
}

export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** Where a watch begins, and what it is cut down to. */
export interface WatchStart extends Pick<Selection, 'labelSelector'> {
  readonly resourceVersion: string;
}

export interface PatchOptions {
  /** `strategic` is not available on custom resources. */
  readonly type?: 'merge' | 'strategic' | 'json';
  readonly subresource?: 'status';
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid: string };
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

interface Resource {
  readonly path: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly hasStatus: boolean;
}

interface Discovery {
  readonly resources: readonly { name: string; kind: string; namespaced: boolean }[];
}

/** A server as kubeconfigs have it, or one that speaks plain HTTP and asks nobody who they are. */
export type Endpoint = Kubeconfig | { readonly server: string };

/** A small client for tests. It shares nothing with the product's own reader, which it helps to judge. */
export class KubeApi {
  readonly #config: Endpoint;
  readonly #connections: HttpAgent;
  readonly #request: typeof requestHttp;
  readonly #resources = new Map<string, Resource>();

  constructor(config: Endpoint) {
    this.#config = config;
    this.#request = 'user' in config ? requestHttps : requestHttp;
    this.#connections =
      'user' in config
        ? new HttpsAgent({ keepAlive: true, ca: config.ca, ...('cert' in config.user && config.user) })
        : new HttpAgent({ keepAlive: true });
  }

  close(): void {
    this.#connections.destroy();
  }

  async get<T extends KubeObject>(object: Ref<T>): Promise<T> {
    return this.call<T>({ method: 'GET', path: await this.#pathOf(object) });
  }

  /** As `get`, with `undefined` for what does not exist. */
  async find<T extends KubeObject>(object: Ref<T>): Promise<T | undefined> {
    return unless(404, this.get(object));
  }

  async list<T extends KubeObject>(kind: Kind<T>, selection: Selection = {}): Promise<T[]> {
    return (await this.listing(kind, selection)).items;
  }

  /** As `list`, with the resource version at which a watch can go on. */
  async listing<T extends KubeObject>(kind: Kind<T>, selection: Selection = {}): Promise<KubeList<T>> {
    const { namespace, ...selectors } = selection;
    const path = `${await this.#collection(kind, namespace)}?${new URLSearchParams(selectors)}`;
    const { metadata, items } = await this.call<KubeList<T>>({ method: 'GET', path });
    // The items of a typed list do not say what they are.
    const { apiVersion, kind: name } = kind;
    return { metadata, items: items.map((item) => ({ ...item, apiVersion, kind: name })) };
  }

  /** How the API names a kind in paths and in rules. */
  async plural(kind: Kind): Promise<string> {
    return (await this.#resource(kind)).plural;
  }

  async create<T extends KubeObject>(object: T): Promise<T> {
    const path = await this.#collection(object, object.metadata.namespace);
    return this.call<T>({ method: 'POST', path, body: object });
  }

  async patch<T extends KubeObject>(object: Ref<T>, body: unknown, options: PatchOptions = {}): Promise<T> {
    const { type = 'merge', subresource } = options;
    const path = `${await this.#pathOf(object)}${subresource === undefined ? '' : `/${subresource}`}`;
    const contentType = `application/${type === 'strategic' ? 'strategic-merge' : type}-patch+json`;
    return this.call<T>({ method: 'PATCH', path, body, contentType });
  }

  /** Deletes it, and is content when it is gone already. */
  async delete(object: Ref, options: DeleteOptions = {}): Promise<void> {
    await unless(404, this.call({ method: 'DELETE', path: await this.#pathOf(object), body: options }));
  }

  /** Creates or merges each, its status too, in the order given; answers with what is stored. */
  async apply<T extends KubeObject>(objects: readonly T[]): Promise<T[]> {
    const stored: T[] = [];
    for (const object of objects) {
      const created = (await unless(409, this.create(object))) ?? (await this.patch<T>(object, object));
      const { hasStatus } = await this.#resource(object);
      const complete = object.status === undefined || !hasStatus;
      const { status } = object;
      stored.push(complete ? created : await this.patch<T>(created, { status }, { subresource: 'status' }));
    }
    return stored;
  }

  /** The lines of a watch, from just after its resource version, until the server ends it or `signal` does. */
  async *stream(kind: Kind, from: WatchStart, signal: AbortSignal): AsyncGenerator<string> {
    const query = new URLSearchParams({ watch: 'true', allowWatchBookmarks: 'true', ...from });
    yield* this.lines(`${await this.#collection(kind)}?${query}`, signal);
  }

  /** The lines of any answer as they come, until the server ends it or `signal` does. */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<string> {
    const response = await this.#send({ method: 'GET', path, signal });
    if (response.statusCode !== 200) throw errorOf(response, await textOf(response));
    let rest = '';
    for await (const chunk of response) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  }

  /** One request to any path, for what has no method here. */
  async call<T>(call: Call): Promise<T> {
    const response = await this.#send(call);
    const text = await textOf(response);
    if ((response.statusCode ?? 0) >= 300) throw errorOf(response, text, `${call.method} ${call.path}`);
    const json = response.headers['content-type']?.includes('json') ?? false;
    return (json ? JSON.parse(text) : text) as T;
  }

  /** One request whose answer is taken as it is, a refusal too. */
  async raw(
    method: Call['method'],
    path: string,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const response = await this.#send({ method, path });
    return { status: response.statusCode ?? 0, text: await textOf(response) };
  }

  #send({ method, path, body, contentType = 'application/json', signal }: Call): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { server } = this.#config;
      const user = 'user' in this.#config ? this.#config.user : undefined;
      const payload = body === undefined ? '' : JSON.stringify(body);
      const headers = {
        accept: 'application/json',
        // Node.js counts the body of a POST, but not that of a DELETE.
        'content-length': Buffer.byteLength(payload),
        ...(body !== undefined && { 'content-type': contentType }),
        ...(user !== undefined && 'token' in user && { authorization: `Bearer ${user.token}` }),
      };
      const outgoing = this.#request(new URL(path, server), {
        method,
        headers,
        agent: this.#connections,
        signal,
      });
      outgoing.once('error', reject);
      outgoing.once('response', (response) => resolve(response.setEncoding('utf8')));
      outgoing.end(payload);
    });
  }

  async #pathOf(object: Ref): Promise<string> {
    return `${await this.#collection(object, object.metadata.namespace)}/${object.metadata.name}`;
  }

  async #collection(kind: Kind, namespace?: string): Promise<string> {
    const { path, plural, namespaced } = await this.#resource(kind);
    return namespaced && namespace !== undefined
      ? `${path}/namespaces/${namespace}/${plural}`
      : `${path}/${plural}`;
  }

  async #resource({ apiVersion, kind }: Kind): Promise<Resource> {
    const known = this.#resources.get(`${apiVersion}/${kind}`);
    if (known !== undefined) return known;
    const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { resources } = await this.call<Discovery>({ method: 'GET', path });
    const main = resources.find((resource) => resource.kind === kind && !resource.name.includes('/'));
    if (main === undefined) throw new KubeApiError(404, 'NotFound', `${path} serves no ${kind}`);
    const hasStatus = resources.some(({ name }) => name === `${main.name}/status`);
    const resource = { path, plural: main.name, namespaced: main.namespaced, hasStatus };
    this.#resources.set(`${apiVersion}/${kind}`, resource);
    return resource;
  }
}

/** What was promised, or `undefined` where the server answered with that status. */
export async function unless<T>(status: number, promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof KubeApiError && error.status === status) return undefined;
    throw error;
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

function errorOf({ statusCode = 0 }: IncomingMessage, text: string, what = 'watch'): KubeApiError {
  const { reason = '', message } = text.startsWith('{') ? JSON.parse(text) : { reason: '', message: text };
  return new KubeApiError(statusCode, reason, `${what}: ${statusCode} ${message}`);
}
