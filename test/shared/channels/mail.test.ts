import nock from 'nock';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createMailChannel, type MailOptions, toMail } from '../../../shared/channels/mail.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';
import { durationMs, epochMs } from '../../../shared/domain/units.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { failureOf } from '../../support/failure.ts';
import { describeGoldens } from '../../support/golden.ts';
import { notices } from '../../support/notices.ts';
import { ScriptedSmtp, type SmtpScript } from '../../support/scripted-smtp.ts';

beforeAll(() => nock.restore());

const FROM = 'Orphans <orphans@example.org>';
const SENDER = { name: 'mail', from: FROM, to: ['ops@example.org', 'dev@example.org'] };

const servers: ScriptedSmtp[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function aServer(script: SmtpScript = {}): Promise<ScriptedSmtp> {
  const server = await ScriptedSmtp.start(script);
  servers.push(server);
  return server;
}

function opened(message: Partial<Message> = {}): Notice {
  const { opened: notice } = notices();
  if (notice === undefined) throw new Error('there is one');
  return { ...notice, message: { ...notice.message, ...message } };
}

function aChannel(url: string, parts: Partial<MailOptions> = {}) {
  return createMailChannel({ ...SENDER, url: () => url, timeoutMs: durationMs(2_000), ...parts });
}

/** Sends to a server that behaves so; `user` is what stands before the `@`. */
async function send(script: SmtpScript, user = '', parts: Partial<MailOptions> = {}) {
  const { port } = await aServer(script);
  return aChannel(`smtp://${user}127.0.0.1:${port}`, parts).send(opened(), undefined);
}

describe('a Message-ID', () => {
  const idOf = (notice: Notice, from = FROM) => toMail(notice, undefined, { ...SENDER, from }).messageId;
  const first = idOf(opened());

  it('is the same for the same, at the domain of the sender', () => {
    expect(first).toMatch(/^<[0-9a-f]{32}@example\.org>$/);
    expect(idOf({ ...opened(), now: epochMs(opened().now + 3_600_000) })).toBe(first);
    expect(idOf(opened(), 'nobody')).toMatch(/^<[0-9a-f]{32}@kubevirt-orphans\.invalid>$/);
  });

  it('is another for another incident, revision or intent', () => {
    const others = [
      idOf(opened({ key: 'other.1' })),
      idOf(opened({ revision: 99 })),
      idOf({ ...opened(), intent: 'repeat' }),
      first,
    ];
    expect(new Set(others).size).toBe(4);
  });

  it('is another for each repeat, which mailboxes would hide else, and the same when a repeat is tried again', () => {
    const at = (now: number) => idOf({ ...opened(), intent: 'repeat', now: epochMs(now) });
    expect(at(1_200_000_000)).toBe(at(1_200_010_000));
    expect(at(1_200_000_000)).not.toBe(at(1_203_600_000));
  });
});

describe('a thread', () => {
  it('is held together by its first mail', async () => {
    const server = await aServer();
    const channel = aChannel(`smtp://127.0.0.1:${server.port}`);
    const { externalId } = await channel.send(opened(), undefined);
    const later = { ...opened({ revision: 4 }), intent: 'update' } as const;
    expect(await channel.send(later, externalId)).toEqual({ externalId });
    const [first = '', second = ''] = server.mails;
    expect(first).toContain(`Message-ID: ${externalId}`);
    expect(first).not.toMatch(/^(In-Reply-To|References):/m);
    expect(second).not.toContain(`Message-ID: ${externalId}`);
    expect(second).toContain(`In-Reply-To: ${externalId}`);
    expect(second).toContain(`References: ${externalId}`);
  });

  it('is begun anew after a receipt that is none of ours', () => {
    expect(toMail(opened(), '1234.5678', SENDER)).not.toHaveProperty('references');
    expect(toMail(opened(), '<a@b>\r\nBcc: <c@d>', SENDER)).not.toHaveProperty('references');
  });
});

describe('a mail', () => {
  it('says that no holiday shall be answered, and goes to all', async () => {
    const server = await aServer();
    await aChannel(`smtp://127.0.0.1:${server.port}`).send(opened(), undefined);
    expect(server.mails[0]).toContain('Auto-Submitted: auto-generated');
    expect(server.mails[0]).toContain('To: ops@example.org, dev@example.org');
    expect(server.commands.filter((it) => it.startsWith('RCPT'))).toEqual([
      'RCPT TO:<ops@example.org>',
      'RCPT TO:<dev@example.org>',
    ]);
  });

  it('has one subject, whatever is in a title', async () => {
    const server = await aServer();
    const title = 'node02\r\nBcc: evil@example.org\r\n\r\nbody\u2028more';
    await aChannel(`smtp://127.0.0.1:${server.port}`).send(opened({ title }), undefined);
    const [head = ''] = (server.mails[0] ?? '').split('\n\n');
    expect(head).toContain('Subject: node02 Bcc: evil@example.org body more');
    expect(head).not.toMatch(/^Bcc/im);
    expect(server.commands.join()).not.toContain('evil');
  });

  it('opens no file and no URL', async () => {
    const server = await aServer();
    const html = { path: '/etc/hostname' } as unknown as string;
    const mail = toMail(opened(), undefined, SENDER);
    expect(mail).toMatchObject({ disableFileAccess: true, disableUrlAccess: true });
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({ host: '127.0.0.1', port: server.port });
    await expect(transport.sendMail({ ...mail, html })).rejects.toThrow('File access rejected');
    expect(server.mails).toEqual([]);
  });
});

describe('what the server says', () => {
  it.each([
    [{ greeting: '421 later' }, 'CHANNEL_UNAVAILABLE', /421/],
    [{ greeting: '554 never' }, 'CHANNEL_REFUSED', /554/],
    [{ 'MAIL FROM': '451 later' }, 'CHANNEL_UNAVAILABLE', /451 to MAIL FROM/],
    [{ 'MAIL FROM': '550 never' }, 'CHANNEL_REFUSED', /550 to MAIL FROM/],
    [{ 'RCPT TO': '450 later' }, 'CHANNEL_UNAVAILABLE', /450 to RCPT TO/],
    [{ 'RCPT TO': '550 never' }, 'CHANNEL_REFUSED', /550 to RCPT TO/],
    [{ DATA: '452 full' }, 'CHANNEL_UNAVAILABLE', /452 to DATA/],
    [{ '.': '552 too large' }, 'CHANNEL_REFUSED', /552/],
    [{ 'MAIL FROM': 'cut' }, 'CHANNEL_UNAVAILABLE', /connection to the mail server fails/],
    [{ EHLO: 'silence' }, 'CHANNEL_UNAVAILABLE', /in time/],
    [{ '.': 'silence' }, 'CHANNEL_UNAVAILABLE', /in time/],
  ])('%j is %s', async (script: SmtpScript, code, message) => {
    const failure = await failureOf(() => send(script, '', { timeoutMs: durationMs(300) }));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it.each([
    ['535 5.7.8 no', 'CHANNEL_REFUSED'],
    ['454 4.7.0 later', 'CHANNEL_UNAVAILABLE'],
  ])('of a password: %s is %s, and the password is in no error', async (AUTH, code) => {
    const failure = await failureOf(() => send({ AUTH: `${AUTH} SECRET` }, 'alice:SECRET@'));
    expect(failure.code).toBe(code);
    const base64 = Buffer.from('\0alice\0SECRET').toString('base64');
    const said = `${failure.stack} ${failure.remedy} ${String(failure.cause)}`;
    expect(said).not.toContain('SECRET');
    expect(said).not.toContain(base64);
  });

  it('is not waited for when nobody is there', async () => {
    const { port } = await aServer();
    await servers.splice(0)[0]?.close();
    const channel = aChannel(`smtp://127.0.0.1:${port}`);
    expect(await failureOf(() => channel.send(opened(), undefined))).toMatchObject({
      code: 'CHANNEL_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('a password', () => {
  it('is sent as it is meant, whatever has to be encoded in a URL', async () => {
    const server = await aServer();
    await aChannel(`smtp://al%40ice:p%2Fw%3A@127.0.0.1:${server.port}`).send(opened(), undefined);
    const auth = server.commands.find((it) => it.startsWith('AUTH PLAIN'))?.split(' ')[2] ?? '';
    expect(Buffer.from(auth, 'base64').toString()).toBe('\0al@ice\0p/w:');
  });

  it('is not sent where a server offers no encryption and one is asked for', async () => {
    const server = await aServer();
    const channel = aChannel(`smtp://alice:SECRET@127.0.0.1:${server.port}`, { requireTls: true });
    expect(await failureOf(() => channel.send(opened(), undefined))).toMatchObject({
      code: 'CHANNEL_REFUSED',
    });
    expect(server.commands.join()).not.toContain('AUTH');
  });
});

it.each(['', 'SECRET', 'http://SECRET@mail/', 'smtp://', 'smtp://SECRET:%ff@mail:25'])(
  'refuses the address %j and does not repeat it',
  async (url) => {
    const failure = await failureOf(() => aChannel(url).send(opened(), undefined));
    expect(failure.code).toBe('CHANNEL_REFUSED');
    expect(`${failure.stack} ${failure.remedy} ${String(failure.cause)}`).not.toContain('SECRET');
  },
);

describeGoldens('mail', (notice) => toMail(notice, undefined, SENDER));
