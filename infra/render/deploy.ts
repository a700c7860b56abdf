import { readManifests } from './deploy/function-files.ts';
import { renderDeploy } from './deploy/render-deploy.ts';

/**
 * Writes infra/deploy from the functions' manifests (`npm run render`). With `--verify` it writes nothing and fails when a file
 * on disk is another.
 */
process.exitCode = await renderDeploy(await readManifests(), {
  root: new URL('../../', import.meta.url),
  verify: process.argv.includes('--verify'),
});
