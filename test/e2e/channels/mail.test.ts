import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMailChannel, type MailOptions } from '../../../shared/channels/mail.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';
import type { Intent } from '../../../shared/domain/notifications/next-intent.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { failureOf } from '../../support/failure.ts';
import { notices } from '../../support/notices.ts';
import { Exim, eximMissing } from '../support/exim.ts';

const missing = eximMissing();
if (missing !== undefined) console.warn(`skipped: a real mail server: ${missing}`);

const PASSWORD = 's3cr:t/x';

function aNotice(name: string, intent: Intent = 'open', message: Partial<Message> = {}): Notice {
  const notice = notices()[name];
  if (notice === undefined) throw new Error(`there is no ${name}`);
  return { ...notice, intent, message: { ...notice.message, ...message } };
}

describe.skipIf(missing !== undefined)('a real mail server', () => {
  let server: Exim;
  beforeAll(async () => {
    server = await Exim.start();
  });
  afterAll(() => server?.stop());

  function aChannel(parts: Partial<MailOptions> = {}) {
    return createMailChannel({
      name: 'mail',
      url: () => `smtp://127.0.0.1:${server.port}`,
      from: 'KubeVirt orphans <orphans@example.test>',
      to: ['ops@example.test'],
      timeoutMs: durationMs(10_000),
      ...parts,
    });
  }
  const secured = (password: string, parts: Partial<MailOptions> = {}) =>
    aChannel({
      url: () => `smtp://alice:${encodeURIComponent(password)}@127.0.0.1:${server.securePort}`,
      requireTls: true,
      ca: server.ca,
      ...parts,
    });

  it('delivers the mails of an incident as a thread', async () => {
    const { externalId } = await aChannel().send(aNotice('opened'), undefined);
    await server.mails('ops', 1);
    await aChannel().send(aNotice('recovered', 'resolve'), externalId);
    const mails = await server.mails('ops', 2);
    const first = mails.find(({ headers }) => headers['message-id'] === externalId);
    const last = mails.find(({ headers }) => headers['message-id'] !== externalId);
    expect(first?.headers).toMatchObject({
      subject: aNotice('opened').message.title,
      from: 'KubeVirt orphans <orphans@example.test>',
      to: 'ops@example.test',
      'auto-submitted': 'auto-generated',
      'content-type': expect.stringContaining('multipart/alternative'),
    });
    expect(first?.headerNames).not.toContain('in-reply-to');
    expect(first?.body).toContain('kubectl label node/node02 zone=3Da');
    expect(last?.headers).toMatchObject({ 'in-reply-to': externalId, references: externalId });
  });

  it('gets every notice over TLS from who logs in, and one subject of each', async () => {
    const names = Object.keys(notices());
    for (const name of names)
      await secured(PASSWORD, { to: ['dev@example.test'] }).send(aNotice(name), undefined);
    const evil = aNotice('opened', 'update', {
      title: 'node02\r\nBcc: nobody@example.test\r\nX-Evil: yes\r\n\r\nbody',
    });
    await secured(PASSWORD, { to: ['dev@example.test'] }).send(evil, undefined);
    const mails = await server.mails('dev', names.length + 1);
    for (const { headers, headerNames } of mails) {
      expect(headers['received']).toContain('with esmtpsa');
      expect(headerNames.filter((name) => name === 'subject')).toHaveLength(1);
      expect(headerNames.filter((name) => name === 'bcc' || name === 'x-evil')).toEqual([]);
    }
    const subjects = mails.map(({ headers }) => headers['subject']);
    expect(subjects).toContain('node02 Bcc: nobody@example.test X-Evil: yes body');
  });

  it.each([
    ['a wrong password', () => secured('wrong'), 'CHANNEL_REFUSED', /answers 535 to AUTH/],
    [
      'nobody who logs in',
      () => aChannel({ url: () => `smtp://127.0.0.1:${server.securePort}`, ca: server.ca }),
      'CHANNEL_REFUSED',
      /answers 550/,
    ],
    [
      'a recipient who is not there',
      () => aChannel({ to: ['nobody@example.test'] }),
      'CHANNEL_REFUSED',
      /answers 550 to RCPT TO/,
    ],
    [
      'a recipient who is put off',
      () => aChannel({ to: ['later@example.test'] }),
      'CHANNEL_UNAVAILABLE',
      /answers 451 to RCPT TO/,
    ],
    [
      'a certificate that nobody trusts',
      () => secured(PASSWORD, { ca: undefined }),
      'CHANNEL_REFUSED',
      /certificate is not trusted/,
    ],
    ['a server without TLS', () => aChannel({ requireTls: true }), 'CHANNEL_REFUSED', /STARTTLS|certificate/],
  ])('is told of %s, without the password', async (_, channel, code, message) => {
    const failure = await failureOf(() => channel().send(aNotice('opened'), undefined));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    const encoded = Buffer.from(`\0alice\0${PASSWORD}`).toString('base64');
    const said = `${failure.stack} ${failure.remedy} ${String(failure.cause)}`;
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), encoded])
      expect(said).not.toContain(secret);
  });
});
