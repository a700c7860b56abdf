import { parseRemediateConfig, type RemediateConfig } from '../../shared/config/remediate-config.ts';
import type { SecretSource } from '../../shared/config/secrets.ts';
import { USUAL_POLICY } from '../../shared/domain/remediation/remediation-policy.ts';
import { readBounded, readConfigFile } from './config-file.ts';

const HINT =
  'REMEDIATE_CONFIG, or --config of remediate and undo, names the file that says what may be repaired.';

/**
 * Reads the file that says what may be repaired without asking, and checks that its key is there. The key is read again whenever it
 * is used.
 *
 * @param file - `undefined`: there is none, and everything is only proposed
 * @param isKeyNeeded - whether the key has to be there
 * @throws ConfigInvalidError that names every mistake, and no secret
 */
export function readRemediateConfig(
  file: string | undefined,
  env: SecretSource['env'],
  isKeyNeeded = true,
): RemediateConfig {
  if (file === undefined) return { policy: USUAL_POLICY, approval: undefined, warnings: [] };
  const secrets = { readFile: readBounded, env };
  return parseRemediateConfig(readConfigFile(file, HINT), { file, secrets, isKeyNeeded });
}
