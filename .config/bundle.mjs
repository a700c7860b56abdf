// Bundles the command into one file: a plain import of @kubernetes/client-node costs half a second and 130 MB.
import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

/** The client's generated API classes have no side effects but do not say so; told, esbuild leaves the unused ones out. */
const shakeKubernetesClient = {
  name: 'shake-kubernetes-client',
  setup(bundle) {
    bundle.onResolve({ filter: /^\.|^@kubernetes\/client-node$/ }, async (args) => {
      if (args.pluginData === 'seen') return undefined;
      const { path, errors } = await bundle.resolve(args.path, {
        importer: args.importer,
        resolveDir: args.resolveDir,
        kind: args.kind,
        pluginData: 'seen',
      });
      if (errors.length > 0) return { errors };
      return path.includes('/@kubernetes/client-node/') ? { path, sideEffects: false } : { path };
    });
  },
};

/**
 * The client brings node-fetch 2, whose URL parser asks for Node's punycode: on Node 21 and newer that prints a
 * deprecation warning into the one clear line of an error. Node's own fetch takes its place.
 */
const nodesOwnFetch = {
  name: 'nodes-own-fetch',
  setup(bundle) {
    bundle.onResolve({ filter: /^node-fetch$/ }, () => ({ path: 'fetch', namespace: 'own-fetch' }));
    bundle.onLoad({ filter: /.*/, namespace: 'own-fetch' }, () => ({
      contents: `export const { Headers, Request, Response } = globalThis;
        export default globalThis.fetch;
        // The client only passes these two on.
        export class AbortError extends Error {}
        export class FetchError extends Error {}`,
    }));
  },
};

const outfile = new URL('../dist/kubevirt-orphans.mjs', import.meta.url).pathname;
await build({
  entryPoints: [new URL('../infra/cli/main.ts', import.meta.url).pathname],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'linked',
  // Inlines constants of other modules, which the JSON scanner's loop is full of.
  minifySyntax: true,
  plugins: [nodesOwnFetch, shakeKubernetesClient],
  // CommonJS dependencies ask for require(); an ESM bundle has none of its own.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
await chmod(outfile, 0o755);
