import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseEvents } from '../../../shared/http/parse-events.ts';

const name = fc
  .stringMatching(/^[a-z][a-z0-9]{2,12}$/)
  .filter((text) => !text.startsWith('data') && text !== 'schemaurl');
// Without percent signs and quotes: the SDK leaves them as they are.
const text = fc.stringMatching(/^[!#$&-~]{1,30}$/);
const urls = fc.webUrl().filter((url) => !url.includes('%'));
const extensions = fc.dictionary(name, text, { maxKeys: 4 });
const events = fc.record({
  extensions,
  known: fc.record(
    {
      id: text,
      source: urls,
      type: text,
      subject: text,
      time: fc
        .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      dataschema: urls,
    },
    { requiredKeys: ['id', 'source', 'type', 'time'] },
  ),
  data: fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
});

function read(headers: Record<string, unknown>, body: string): unknown {
  const lower = Object.entries(headers).map(([key, value]) => [key.toLowerCase(), String(value)] as const);
  const request = { headers: Object.fromEntries(lower), rawHeaders: lower.flat() };
  return parseEvents(request, Buffer.from(body));
}

it.each(['binary', 'structured'] as const)('reads what the SDK wrote in %s mode as the SDK does', (mode) => {
  fc.assert(
    fc.property(events, ({ extensions: more, known, data }) => {
      const event = new CloudEvent(
        { ...more, ...known, specversion: '1.0', datacontenttype: 'application/json', data },
        false,
      );
      const { headers, body } = HTTP[mode](event);
      const ours = read(headers, String(body));
      const theirs = JSON.parse(JSON.stringify(HTTP.toEvent({ headers, body }))) as unknown;
      expect(JSON.parse(JSON.stringify(ours))).toEqual(theirs);
    }),
  );
});

it('reads a batch as its events one by one', () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 5 }), (all) => {
      const documents = all.map(({ extensions: more, known, data }) => ({
        ...more,
        ...known,
        specversion: '1.0',
        data,
      }));
      const batch = read({ 'content-type': 'application/cloudevents-batch+json' }, JSON.stringify(documents));
      const single = documents.map((document) =>
        read({ 'content-type': 'application/cloudevents+json' }, JSON.stringify(document)),
      );
      expect(batch).toEqual(single.map((event) => ({ event })));
    }),
  );
});
