import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file that holds a secret, as Kubernetes mounts one. */
export interface SecretFile {
  readonly path: string;
  write(text: string): void;
  remove(): void;
}

/** Writes one into a directory of its own. */
export function secretFile(text: string): SecretFile {
  const directory = mkdtempSync(join(tmpdir(), 'secret-'));
  const path = join(directory, 'secret');
  const write = (next: string) => writeFileSync(path, next, { mode: 0o600 });
  write(text);
  return { path, write, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
