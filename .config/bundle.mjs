// Bundles the command into one file: a plain import of @kubernetes/client-node costs half a second and 130 MB.
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
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

/**
 * What Express and zod load at once and we never use: Express' parsers of bodies and queries (shared/http/read-body.ts reads
 * bodies, and queries mean nothing here) and its file server, and zod's messages in fifty languages. With two copies of the
 * media types that is 1.9 of the 2.9 MB that a served function would have to load before it listens.
 */
const withoutUnused = {
  name: 'without-unused',
  setup(bundle) {
    const unused = { path: 'unused', namespace: 'unused' };
    bundle.onResolve({ filter: /^(?:body-parser|serve-static|send|qs)$/ }, () => unused);
    bundle.onResolve({ filter: /^\.\.\/locales\/index\.js$/ }, ({ importer }) =>
      importer.includes('/zod/') ? unused : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
    // One list of media types, where three dependencies bring the same one each.
    bundle.onResolve({ filter: /^mime-types$/ }, ({ resolveDir, kind }) =>
      /node_modules\/(?:accepts|express)(?:\/|$)/.test(resolveDir)
        ? bundle.resolve('mime-types', { resolveDir: path('node_modules/type-is'), kind })
        : undefined,
    );
  },
};

const path = (relative) => new URL(`../${relative}`, import.meta.url).pathname;
const outdir = path('dist');
await rm(outdir, { recursive: true, force: true });
await build({
  // Two ways in: the command, and what a container runs, which has nothing to parse and so starts sooner.
  entryPoints: { 'kubevirt-orphans': path('infra/cli/main.ts'), serve: path('infra/server/main.ts') },
  outdir,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  // What is imported when it is needed is a file of its own, and costs nothing before.
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  legalComments: 'linked',
  // Inlines constants of other modules, which the JSON scanner's loop is full of.
  minifySyntax: true,
  plugins: [nodesOwnFetch, withoutUnused, shakeKubernetesClient],
  // CommonJS dependencies ask for require(); an ESM bundle has none of its own.
  banner: {
    js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
const command = `${outdir}/kubevirt-orphans.mjs`;
await writeFile(command, `#!/usr/bin/env node\n${await readFile(command, 'utf8')}`);
await chmod(command, 0o755);
