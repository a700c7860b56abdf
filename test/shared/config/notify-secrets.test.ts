import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aFile, mistakesOf, parseFile, SECRETS } from '../../support/notify-file.ts';

describe('secrets of the notification file', () => {
  const anything = fc.constantFrom(...Object.values(SECRETS));
  // Not `name`: names are what is shown.
  const place = fc.constantFrom(
    'type',
    'enabled',
    'timeoutSeconds',
    'webhookUrl',
    'token',
    'channel',
    'apiUrl',
    'routingKey',
    'url',
    'urls',
    'bearerToken',
    'basicAuth',
    'from',
    'to',
    'requireTls',
    'secrets',
    'headers',
    'redirectHosts',
    'unknown',
  );
  const type = fc.constantFrom(
    'slack',
    'slack-webhook',
    'teams',
    'pagerduty',
    'alertmanager',
    'mail',
    'webhook',
    'log',
  );
  const wrapped = fc
    .tuple(anything, fc.integer({ min: 0, max: 5 }))
    .map(
      ([secret, form]) =>
        [secret, [secret], { file: secret }, { env: secret }, { [secret]: { env: 'URL' } }, { a: secret }][
          form
        ],
    );

  it('are never shown, wherever in a channel they are put by mistake', () => {
    fc.assert(
      fc.property(type, fc.dictionary(place, wrapped, { minKeys: 1, maxKeys: 4 }), (kind, parts) => {
        const told = mistakesOf(aFile({ channels: [{ name: 'a', type: kind, ...parts }] })).join();
        expect(told).not.toMatch(/hunter2|aHVudGVyMi/);
        expect(told).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });

  it('are never shown when they are of another shape than is needed', () => {
    const variable = fc.constantFrom(...Object.keys(SECRETS)).map((env) => ({ env }));
    fc.assert(
      fc.property(type, fc.dictionary(place, variable, { maxKeys: 6 }), (kind, parts) => {
        expect(mistakesOf(aFile({ channels: [{ name: 'a', type: kind, ...parts }] })).join()).not.toMatch(
          /hunter2|aHVudGVyMi/,
        );
      }),
    );
  });

  const slack = { name: 'log', type: 'slack', token: { env: 'NONE' }, channel: 'C0123456789' };

  it('that cannot be used are mistakes', () => {
    expect(mistakesOf(aFile({ channels: [slack] }))).toEqual(['channels[0].token: variable NONE is not set']);
    expect(mistakesOf(aFile({ channels: [{ ...slack, token: { file: '/run/x' } }] }))).toEqual([
      'channels[0].token: file /run/x cannot be read (ENOENT)',
    ]);
  });

  it('that cannot be used are told apart where they are not needed', () => {
    const told: string[] = [];
    parseFile(aFile({ channels: [slack] }), { onUnusableSecret: (problem) => told.push(problem) });
    expect(told).toEqual(['variable NONE is not set']);
  });

  it('of channels that are switched off need not be there', () => {
    const { channels, routing } = parseFile(aFile({ channels: [{ ...slack, enabled: false }] }));
    expect(channels).toMatchObject([{ name: 'log', enabled: false }]);
    expect(routing.disabledChannels).toEqual(['log']);
  });

  it('of channels that are switched off are not told of either', () => {
    const told: string[] = [];
    const channels = [{ ...slack, enabled: false }];
    parseFile(aFile({ channels }), { onUnusableSecret: (problem) => told.push(problem) });
    expect(told).toEqual([]);
  });
});
