import { readFileSync } from 'node:fs';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The code of the first block of a language below a heading of the README. @throws Error when there is none */
function blockBelow(heading: string, language: string): string {
  const start = readme.indexOf(`\n${heading}\n`);
  const [, code] = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(readme.slice(start)) ?? [];
  if (start < 0 || code === undefined) throw new Error(`the README has no ${language} below "${heading}"`);
  return code;
}

/** The commands that the README has a person type, below a heading of its install guides. */
export function commandsBelow(heading: string): readonly string[] {
  const lines = blockBelow(`### ${heading}`, 'sh').split('\n');
  return lines.map((line) => line.replace(/ +# .*$/, '')).filter((line) => line !== '');
}

/** The overlay that the README has a person write, for one of the folders of infra/deploy. */
export function overlayOf(resources: string, namespace: string): string {
  const written = blockBelow('## Install', 'yaml');
  const overlay = written
    .replace('kubernetes/observe', resources)
    .replace('namespace: kubevirt-orphans', `namespace: ${namespace}`);
  return resources.startsWith('openfaas/') ? `${overlay}${blockBelow('### OpenFaaS', 'yaml')}` : overlay;
}
