// The bill of materials of what dist/ bundles, as npm writes it: a bundle hides its packages from those who scan images.
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';

const npm = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
const bill = JSON.parse(execFileSync('npm', npm, { encoding: 'utf8', maxBuffer: 64 * 1_024 * 1_024 }));

/**
 * `--omit dev` would also leave out what is bundled when something that only builds needs it too, such as zod
 * (github.com/npm/cli/issues/7909). So npm is asked for all, and what it marks goes.
 */
const isBundled = ({ properties }) => properties.every(({ name }) => name !== 'cdx:npm:package:development');
const components = bill.components.filter(isBundled);
const kept = new Set([bill.metadata.component, ...components].map((component) => component['bom-ref']));
const dependencies = bill.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((it) => kept.has(it)) }));

const dist = new URL('../dist/', import.meta.url);
await mkdir(dist, { recursive: true });
const text = JSON.stringify({ ...bill, components, dependencies }, null, 2);
await writeFile(new URL('sbom.cdx.json', dist), `${text}\n`);
