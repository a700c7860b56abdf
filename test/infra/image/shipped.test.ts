import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../../infra/server/catalog.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { buildImage, type Image } from '../../support/image.ts';
import { endProgramsAfterEach, freePort, startNode } from '../../support/program.ts';
import { type Outcome, run } from '../../support/run-cli.ts';
import { type ReachableSimulation, startReachableSimulation } from '../../support/simulated-kubeconfig.ts';

const pathOf = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
/** The image's; .ci/run installs it. */
const NODE_24 = pathOf(`.cache/image-node/node_modules/node-linux-${process.arch}/bin/node`);
const skipped = existsSync(NODE_24) ? '' : ' (skipped: it is not installed here as .ci/run does it)';

const runtimes = [
  { name: `Node ${process.versions.node}`, node: process.execPath, flags: [], skipped: '' },
  // A container's root is read-only: so Node refuses to write a file.
  {
    name: `Node 24, which may write no file${skipped}`,
    node: NODE_24,
    flags: ['--permission', '--allow-fs-read=*'],
    skipped,
  },
];

endProgramsAfterEach();
let image: Image;
let simulation: ReachableSimulation;
beforeAll(async () => {
  image = buildImage();
  simulation = await startReachableSimulation();
  chmodSync(dirname(simulation.kubeconfigFile), 0o755);
});
afterAll(async () => {
  await simulation?.stop();
  image?.remove();
});

describe.each(runtimes)('what the image ships, on $name', ({ node, flags, skipped }) => {
  const inImage = (path: string) => [...flags, join(image.root, path)];

  it.skipIf(skipped !== '').each(FUNCTION_NAMES)('serves %s, with nobody’s rights', async (name) => {
    const port = await freePort();
    const [, program = ''] = image.entrypoint;
    const served = startNode([...inImage(program), name], {
      node,
      cwd: join(image.root, image.workdir),
      env: {
        ...image.env,
        PORT: `${port}`,
        K_SINK: 'http://127.0.0.1:9',
        KUBECONFIG: simulation.kubeconfigFile,
      },
      // Who is not root is nobody already.
      ...(process.getuid?.() === 0 && { uid: image.uid, gid: image.uid }),
    });
    const statusOf = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`).then(
        ({ status }) => status,
        () => served.stderr(),
      );
    await expect.poll(() => statusOf('/health/readiness'), { timeout: 15_000 }).toBe(200);
    expect(await statusOf('/health/liveness')).toBe(200);
    served.kill('SIGTERM');
    expect(await served.ended).toBe(0);
    expect(served.stderr()).toBe('');
  });

  it.skipIf(skipped !== '')('has the command, which judges a cluster', async () => {
    const command = (args: readonly string[], stdin = ''): Promise<Outcome> =>
      run(node, [...inImage('app/kubevirt-orphans.mjs'), ...args], { stdin });
    expect(await command(['--version'])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' });
    const cluster = readFileSync(pathOf('infra/local/demo-cluster.yaml'), 'utf8');
    expect(await command(['audit', '-f', '-'], cluster)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('NodeSelectorMismatch'),
    });
  });
});

describe('the bill of materials that the image ships', () => {
  it('is of CycloneDX, and names what the lock file does not only build with, in its version', () => {
    const bill = JSON.parse(readFileSync(join(image.root, 'app/sbom.cdx.json'), 'utf8')) as {
      readonly bomFormat: string;
      readonly metadata: { readonly component: unknown };
      readonly components: readonly { readonly purl: string }[];
    };
    const { packages } = JSON.parse(readFileSync(pathOf('package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean }>>;
    };
    const bundled = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true);
    const purls = bundled.map(([path, { version }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return `pkg:npm/${name.replace('@', '%40')}@${version}`;
    });
    const { name, version } = packageJson;
    expect(bill.bomFormat).toBe('CycloneDX');
    expect(bill.metadata.component).toMatchObject({ name, version });
    expect(bill.components.map(({ purl }) => purl).sort()).toEqual([...new Set(purls)].sort());
  });
});
