import { createHash } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';
import type { Message } from '../domain/notifications/message.ts';
import type { DurationMs } from '../domain/units.ts';
import type { Channel, ChannelAbilities, Notice, Receipt } from '../runtime/channel.ts';
import { mailFailure, wrongAddress } from './mail-failure.ts';
import { mailText } from './mail-text.ts';

export interface MailOptions {
  readonly name: string;
  /** `smtp://user:password@host:587` (STARTTLS where it is offered) or `smtps://…` (TLS from the start). */
  readonly url: () => string;
  /** An address, or a name with one: `Orphans <orphans@example.org>`. */
  readonly from: string;
  readonly to: readonly string[];
  readonly timeoutMs: DurationMs;
  /** Whether a server that offers no STARTTLS is refused; unless told, when there is a password. */
  readonly requireTls?: boolean | undefined;
  /** Whom the server's certificate is trusted from, as PEM; the system's unless told. */
  readonly ca?: string | undefined;
}

const ABILITIES: ChannelAbilities = {
  // A mail cannot be changed, and a new one for each revision would be noise: a new state or severity is worth one.
  updates: 'no',
  threads: true,
  resolves: false,
  // A mail that comes twice has the same Message-ID: most mailboxes show it once, and none has to.
  deduplicates: false,
  signed: false,
  storms: true,
  remediation: true,
  keepAliveMs: undefined,
};

/** Ports unless told. Source: RFC 6409 (submission), RFC 8314 (submission over TLS). */
const PORTS = { 'smtp:': 587, 'smtps:': 465 } as const;
/** 128 bits: as many as a UUID has. */
const ID_DIGITS = 32;
/** Two repeats are further apart than this, and two tries of one are not. */
const REPEAT_MS = 300_000;
/** Where nobody is between. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;
/** Longest subject, in UTF-16 code units. */
const MAX_SUBJECT_LENGTH = 200;

/**
 * Mail. All of an incident is one thread: each refers to the incident's first mail, whose Message-ID, as every Message-ID, is a
 * pure function of what is told. Nothing that a message says makes it open a file or a URL.
 *
 * The receipt is the Message-ID of the thread's first mail. It throws ChannelUnavailableError on network errors, timeouts and SMTP's 4xx,
 * ChannelRefusedError on 5xx, a wrong password and a certificate that is not trusted.
 */
export function createMailChannel(options: MailOptions): Channel {
  return {
    name: options.name,
    abilities: ABILITIES,
    async send(notice, previous): Promise<Receipt> {
      const mail = toMail(notice, previous, options);
      await deliver(mail, options);
      return { externalId: threadOf(previous) ?? mail.messageId };
    },
  };
}

/** What of the options a mail names. */
type Sender = Pick<MailOptions, 'name' | 'from' | 'to'>;
interface Server {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly requireTLS: boolean;
  readonly auth?: { readonly user: string; readonly pass: string } | undefined;
}
type Mail = SendMailOptions & { readonly messageId: string };

/** @param previous - the receipt of the incident's mails before */
export function toMail(notice: Notice, previous: string | undefined, sender: Sender): Mail {
  const { message, now } = notice;
  const { from, to } = sender;
  const messageId = messageIdOf(notice, sender);
  const thread = threadOf(previous);
  return {
    from,
    to: [...to],
    subject: subjectOf(message),
    messageId,
    ...(thread !== undefined && { inReplyTo: thread, references: thread }),
    date: new Date(now),
    // So that nobody's holiday is answered to us. Source: RFC 3834, section 5.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    xMailer: false,
    ...mailText(message),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** One line. What is in it that is not ASCII, is encoded by the library. */
function subjectOf({ title }: Message): string {
  return title.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, MAX_SUBJECT_LENGTH);
}

/**
 * A mail that is sent again after a crash has the id that it had, so mailboxes that know it drop it. A repeat has not changed
 * since the last, and has to be seen nevertheless: its id says when it was, to some minutes.
 */
function messageIdOf({ message, intent, now }: Notice, { name, from }: Sender): string {
  const { key, revision, remediation } = message;
  const told = remediation === undefined ? [] : [remediation.stage];
  const when = intent === 'repeat' ? Math.floor(now / REPEAT_MS) : 0;
  const digest = createHash('sha256').update(JSON.stringify([name, key, revision, intent, when, ...told]));
  const domain = /@([a-z0-9.-]+)>?\s*$/i.exec(from)?.[1] ?? 'kubevirt-orphans.invalid';
  return `<${digest.digest('hex').slice(0, ID_DIGITS)}@${domain}>`;
}

/** The first mail's Message-ID, if that is what the receipt holds. */
function threadOf(previous: string | undefined): string | undefined {
  return previous !== undefined && /^<[^<>\s]{1,900}>$/.test(previous) ? previous : undefined;
}

async function deliver(mail: Mail, options: MailOptions): Promise<void> {
  const { name, ca, timeoutMs } = options;
  const server = serverOf(options);
  // Loaded when the first mail is sent: most processes send none.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    ...server,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    ...(ca !== undefined && { tls: { ca } }),
  });
  try {
    await transport.sendMail({ ...mail, signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw mailFailure(name, error);
  } finally {
    transport.close();
  }
}

/** The parts of the URL that are known, and no others: its query would be settings of the library. */
function serverOf({ name, url, requireTls }: MailOptions): Server {
  const text = url().trim();
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const scheme = parsed?.protocol;
  if (parsed === undefined || (scheme !== 'smtp:' && scheme !== 'smtps:') || parsed.hostname === '')
    throw wrongAddress(name);
  const auth = credentialsOf(parsed, name);
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: parsed.port === '' ? PORTS[scheme] : Number(parsed.port),
    secure: scheme === 'smtps:',
    // Else whoever is between could leave STARTTLS out of the server's answer, and read the password.
    requireTLS: requireTls ?? (auth !== undefined && !LOOPBACK.test(host)),
    ...(auth !== undefined && { auth }),
  };
}

function credentialsOf({ username, password }: URL, name: string): Server['auth'] {
  if (username === '' && password === '') return undefined;
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  } catch {
    throw wrongAddress(name);
  }
}
