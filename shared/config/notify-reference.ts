import { type FileKey, keysOfFile } from './file-reference.ts';
import { notifySchema } from './notify-schema.ts';

/** Every key of the notification file. What silences match is what routes match. */
export function notifyReference(): readonly FileKey[] {
  return keysOfFile(notifySchema(() => 'never read')).filter(
    ({ key }) => !key.startsWith('silences[].match.'),
  );
}
