import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copied, readStages, type Stage, type Step } from './dockerfile.ts';

/** What the last stage has beside its base, and how it is started. */
export interface Image {
  /** The folder that is its root. */
  readonly root: string;
  readonly entrypoint: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly workdir: string;
  remove(): void;
}

const repository = fileURLToPath(new URL('../..', import.meta.url));
/** What a stage without a name is called here. */
const LAST = 'last';
const INSTALL = 'npm ci --ignore-scripts';

/**
 * Does what our Dockerfile says in folders, without its bases: every stage sees what it has copied, and nothing else.
 * Packages are those that are installed here, from the same lock file.
 *
 * @throws Error when a COPY names nothing, or a RUN fails
 */
export function buildImage(): Image {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  // Whoever it runs as has to get here, as into a container's root.
  chmodSync(folder, 0o755);
  const stages = readStages();
  const roots = new Map(stages.map(({ name = LAST }) => [name, join(folder, name)]));
  for (const stage of stages) play(stage, roots);
  const last = stages.at(-1)?.steps ?? [];
  return {
    root: join(folder, LAST),
    entrypoint: argsOf(last, 'ENTRYPOINT'),
    env: Object.fromEntries(argsOf(last, 'ENV').map((it) => it.split(/=(.*)/s).slice(0, 2))),
    uid: Number.parseInt(argsOf(last, 'USER')[0] ?? '', 10),
    workdir: argsOf(last, 'WORKDIR').at(-1) ?? '/',
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function argsOf(steps: readonly Step[], keyword: string): readonly string[] {
  return steps.filter((step) => step.keyword === keyword).flatMap(({ args }) => args);
}

function play({ name = LAST, steps }: Stage, roots: ReadonlyMap<string, string>): void {
  const root = roots.get(name) ?? '';
  let folder = '/';
  for (const step of steps) {
    if (step.keyword === 'WORKDIR') folder = posix.resolve(folder, step.args[0] ?? '');
    const inside = (path: string) => join(root, posix.resolve(folder, path));
    mkdirSync(inside('.'), { recursive: true });
    if (step.keyword === 'COPY') copy(step, sourceOf(step, roots), inside);
    if (step.keyword === 'RUN') runIn(inside('.'), step.text);
  }
}

/** The root of the stage that a COPY takes from, or the build's context. */
function sourceOf({ from }: Step, roots: ReadonlyMap<string, string>): string {
  const root = from === undefined ? repository : roots.get(from);
  if (root === undefined) throw new Error(`no stage is called ${from}`);
  return root;
}

/** As Docker does: of a folder its content, and a file into a target that ends with a slash. */
function copy(step: Step, from: string, into: (path: string) => string): void {
  const { sources, target } = copied(step);
  for (const source of sources) {
    const path = join(from, source);
    const isFile = statSync(path).isFile() && target.endsWith('/');
    cpSync(path, isFile ? join(into(target), basename(source)) : into(target), { recursive: true });
  }
}

function runIn(cwd: string, command: string): void {
  if (command === INSTALL) symlinkSync(join(repository, 'node_modules'), join(cwd, 'node_modules'));
  else execFileSync('sh', ['-ec', command], { cwd, stdio: 'pipe' });
}
