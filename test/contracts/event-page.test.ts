import { readdirSync, readFileSync } from 'node:fs';
import { CloudEvent, HTTP } from 'cloudevents';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { exampleEvents } from '../../infra/render/example-events.ts';
import { MANIFESTS } from '../../infra/render/manifests.ts';
import { publishedFiles } from '../../infra/render/published-files.ts';
import { CONTRACT } from '../../shared/events/contract.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { expectPublished } from '../support/event-schemas.ts';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('shared/events/README.md', root), 'utf8');
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);
const shown = blocksOf('json').map((text) => JSON.parse(text) as ProductEvent);

describe('what is published', () => {
  it.each(publishedFiles().map((file) => [file.path, file.text]))(
    '%s is what the code says',
    (path, text) => {
      expect(readFileSync(new URL(path, root), 'utf8')).toBe(text);
    },
  );

  it('has the manifest of every function to go by', () => {
    expect(MANIFESTS.map(({ name }) => name).sort()).toEqual(readdirSync(new URL('functions', root)).sort());
  });
});

describe('the reference page', () => {
  it('shows one example of every type, in the order of the contract', () => {
    expect(shown.map(({ type }) => type)).toEqual(CONTRACT.map(({ type }) => type));
  });

  it('says of every type when it is sent', () => {
    for (const { summary, type } of CONTRACT) {
      expect(page).toContain(summary);
      expect(page).toContain(`\`${type}\``);
    }
  });

  it('shows what the builders make', () => {
    const made = new Map(exampleEvents().map((event) => [event.type, event]));
    expect(shown).toEqual(CONTRACT.map(({ type }) => made.get(type)));
  });

  it('has anchors for every link within it', () => {
    const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
      text
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links).toHaveLength(CONTRACT.length);
    for (const link of links) expect(headings).toContain(link);
  });

  it('shows a Trigger that filters by attributes that events have', () => {
    const [text = ''] = blocksOf('yaml');
    expect(load(text)).toMatchObject({ apiVersion: 'eventing.knative.dev/v1', kind: 'Trigger' });
    const types = CONTRACT.map(({ type }) => type);
    const filtered = [...text.matchAll(/type: (\S+)/g)].map(([, type]) => type);
    expect(filtered.length).toBeGreaterThan(0);
    for (const type of filtered) expect(types).toContain(type);
  });
});

describe.each(shown.map((event) => [event.type, event] as const))('the example of %s', (_, event) => {
  it('satisfies the published schemas', () => {
    expectPublished(event);
  });

  it('passes the strict validation of the CloudEvents SDK and comes through HTTP unchanged', () => {
    const sent = new CloudEvent({ ...event }, true);
    const { headers, body } = HTTP.structured(sent);
    const received = HTTP.toEvent({ headers, body: String(body) }) as CloudEvent;
    expect(received.validate()).toBe(true);
    expect(JSON.parse(JSON.stringify(received))).toEqual(event);
  });

  it('is read by the type that made it', () => {
    const type = CONTRACT.find((it) => it.type === event.type);
    expect(type?.parse({ ...event })).toEqual(event.data);
  });
});
