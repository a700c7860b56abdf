import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { overlayOf } from '../../support/install-guides.ts';
import { type Outcome, run } from '../../support/run-cli.ts';
import { versionHere } from './deploy.ts';
import type { Cluster } from './describe-cluster.ts';

const deploy = fileURLToPath(new URL('../../../infra/deploy', import.meta.url));

/** A folder as somebody has it who follows an install guide of the README: `infra/deploy`, and their overlay beside it. */
export class GuideFolder {
  readonly #cluster: Cluster;
  readonly #path = mkdtempSync(join(tmpdir(), 'guide-'));

  constructor(cluster: Cluster, resources: string, namespace: string) {
    this.#cluster = cluster;
    const copy = join(this.#path, 'infra/deploy');
    cpSync(deploy, copy, { recursive: true });
    for (const file of readdirSync(copy, { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.yaml')) rewrite(join(copy, file), versionHere);
    mkdirSync(join(this.#path, 'my-cluster'));
    writeFileSync(this.#overlay, overlayOf(resources, namespace));
  }

  /** Names another version in the overlay. */
  upgrade(tag: string): void {
    rewrite(this.#overlay, (text) => text.replace(/newTag: [^}]+/, `newTag: ${tag}`));
  }

  /** Does what a person types. */
  do(command: string): Promise<Outcome> {
    const { plane } = this.#cluster;
    const env = { KUBECONFIG: plane.kubeconfig, KUBECACHEDIR: join(plane.directory, 'kubectl-cache') };
    return run('sh', ['-c', command], { cwd: this.#path, env, timeoutMs: 120_000 });
  }

  remove(): void {
    rmSync(this.#path, { recursive: true });
  }

  get #overlay(): string {
    return join(this.#path, 'my-cluster/kustomization.yaml');
  }
}

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
