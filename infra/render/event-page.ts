import { readFileSync } from 'node:fs';
import { CONTRACT } from '../../shared/events/contract.ts';
import { type EventType, TYPE_PREFIX } from '../../shared/events/define-event.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { schemaFileOf } from './event-schemas.ts';
import { exampleEvents } from './example-events.ts';
import { consumersOf, publishersOf } from './manifests.ts';
import type { RenderedFile } from './rendered-file.ts';

const PATH = 'shared/events/README.md';
const BEGIN = '<!-- written by npm run schemas: begin -->';
const END = '<!-- written by npm run schemas: end -->';

/** The reference page for subscribers: what stands around the markers is kept, what is between them is written. */
export function eventPage(): RenderedFile {
  const page = readFileSync(new URL(`../../${PATH}`, import.meta.url), 'utf8');
  const [before, rest] = splitOnce(page, BEGIN);
  const [, after] = splitOnce(rest, END);
  const examples = new Map(exampleEvents().map((event) => [event.type, event]));
  const sections = CONTRACT.map((event) => sectionOf(event, examples.get(event.type)));
  return {
    path: PATH,
    text: `${before}${BEGIN}\n\n${tableOfContents()}\n\n${sections.join('\n\n')}\n\n${END}${after}`,
  };
}

function splitOnce(text: string, marker: string): readonly [string, string] {
  const at = text.indexOf(marker);
  if (at === -1) throw new RangeError(`${PATH} has no line "${marker}"`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

const nameOf = ({ type }: Pick<EventType, 'type'>) => type.slice(TYPE_PREFIX.length);

function tableOfContents(): string {
  const rows = CONTRACT.map((event) => `| [\`${nameOf(event)}\`](#${anchorOf(event)}) | ${event.summary} |`);
  return ['| type (prefix `dev.kubevirt-orphans.`) | when |', '| --- | --- |', ...rows].join('\n');
}

/** As GitHub makes anchors of headings: dots go, everything else of ours stays. */
function anchorOf(event: EventType): string {
  return nameOf(event).replaceAll('.', '');
}

function sectionOf(event: EventType, example: ProductEvent | undefined): string {
  if (example === undefined) throw new RangeError(`there is no example of ${event.type}`);
  const file = schemaFileOf(event);
  return `### ${nameOf(event)}

${event.summary} ${publishersSaid(event.type)} Type \`${event.type}\`, data [${file}](schemas/${file}).

\`\`\`json
${JSON.stringify(example, null, 2)}
\`\`\``;
}

function publishersSaid(type: string): string {
  const [publishers, consumers] = [publishersOf(type), consumersOf(type)].map((names) =>
    names.map((name) => `\`${name}\``).join(', '),
  );
  const published =
    publishers === '' ? 'No function of this version publishes it.' : `Published by ${publishers}.`;
  return consumers === '' ? published : `${published} Consumed by ${consumers}.`;
}
