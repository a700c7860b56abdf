import { type FileKey, keysOfFile } from './file-reference.ts';
import { remediateSchema } from './remediate-schema.ts';

/** Every key of the file of `REMEDIATE_CONFIG`; `steps.*` and `causes.*` stand for those of all names. */
export function remediateReference(): readonly FileKey[] {
  const keys = keysOfFile(remediateSchema(() => 'never read')).map((it) => ({
    ...it,
    key: it.key.replace(/^(steps|causes)\..*$/, '$1.*'),
  }));
  return keys.filter(({ key }, index) => keys.findIndex((it) => it.key === key) === index);
}
