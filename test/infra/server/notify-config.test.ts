import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNotifyConfig } from '../../../infra/server/notify-config.ts';

const mail = (file: string) =>
  `channels: [{name: mail, type: mail, url: {file: ${file}}, from: a@example.test, to: [b@example.test]}]
routes: [{channels: [mail]}]`;

describe('the notification file on disk', () => {
  let folder = '';
  const at = (name: string) => join(folder, name);
  const write = (name: string, text: string) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'notify-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const urlOf = (file: string): string | undefined => {
    const [channel] = readNotifyConfig(file, { env: {} }).channels;
    return channel?.type === 'mail' ? channel.url() : undefined;
  };

  it('that is not named tells the log', () => {
    expect(readNotifyConfig(undefined, { env: {} }).channels).toMatchObject([{ type: 'log' }]);
  });

  it('is read with its secrets, also where they are links as Kubernetes mounts them', () => {
    write('..data', 'smtp://one.example.test\n');
    symlinkSync(at('..data'), at('url'));
    expect(urlOf(write('notify.yaml', mail(at('url'))))).toBe('smtp://one.example.test');
  });

  it('has secrets that change while it is used', () => {
    const secret = write('rotated', 'smtp://one.example.test');
    const [channel] = readNotifyConfig(write('rotation.yaml', mail(secret)), { env: {} }).channels;
    if (channel?.type !== 'mail') throw new Error('no mail');
    write('rotated', 'smtp://two.example.test');
    expect(channel.url()).toBe('smtp://two.example.test');
    rmSync(secret);
    expect(channel.url).toThrow(
      /^a secret of a channel cannot be used: file \S+rotated cannot be read \(ENOENT\)$/,
    );
  });

  it.each([
    ['is missing', '/nonexistent/notify.yaml', /^\/nonexistent\/notify\.yaml cannot be read \(ENOENT\)$/],
    ['is a folder', '/', /^\/ cannot be read \(EISDIR\)$/],
    ['has no end', '/dev/zero', /^\/dev\/zero is larger than 1 MiB$/],
    ['is empty', '/dev/null', /^\/dev\/null is empty$/],
  ])('that %s is refused in one line', (_, file, message) => {
    expect(() => readNotifyConfig(file, { env: {} })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ['is a folder', '/dev', 'channels[0].url: file /dev cannot be read (EISDIR)'],
    ['is missing', '/nonexistent/url', 'channels[0].url: file /nonexistent/url cannot be read (ENOENT)'],
    [
      'has no end',
      '/dev/zero',
      'channels[0].url: file /dev/zero does not hold an smtp or smtps URL with a host',
    ],
  ])('with a secret that %s is refused', (_, secret, mistake) => {
    const file = write('bad.yaml', mail(secret));
    expect(() => readNotifyConfig(file, { env: {} })).toThrow(mistake);
  });
});
