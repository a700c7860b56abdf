import type { NodemailerError } from 'nodemailer';
import { ChannelRefusedError, ChannelUnavailableError } from '../errors/errors.ts';

/**
 * What the library says when no try will help: no or wrong credentials, no usable recipient, a mail that is too large.
 *
 * @see nodemailer `errors.d.ts`, ERROR_CODES
 */
const REFUSALS: ReadonlySet<string> = new Set([
  'EAUTH',
  'ENOAUTH',
  'EOAUTH2',
  'EENVELOPE',
  'EMESSAGE',
  'ECONFIG',
]);
/** What passes by itself. */
const OUTAGES: ReadonlySet<string> = new Set([
  'ECONNECTION',
  'ETIMEDOUT',
  'ESOCKET',
  'EDNS',
  'EABORT',
  'EPROTOCOL',
  'ESTREAM',
  'ETLS',
]);
/** A certificate that is not trusted, has expired or is for another name, in the codes of Node and OpenSSL. */
const CERTIFICATE = /CERT|UNABLE_TO_(GET|VERIFY)|SELF_SIGNED|HOSTNAME_MISMATCH/;
const CERTIFICATE_REMEDY =
  "Name in `ca` whom the server's certificate is trusted from, and the server as the certificate does.";

/**
 * Translates a failure of nodemailer. A server's reply decides by its class: 4yz may pass, 5yz will not. Source: RFC 5321, section
 * 4.2.1. What is no failure of sending is a bug and stays as it is.
 */
export function mailFailure(channel: string, error: unknown): unknown {
  const {
    code = '',
    responseCode,
    rejectedErrors = [],
    originalCode = '',
    command,
  } = error as NodemailerError;
  if (!(error instanceof Error) || !(REFUSALS.has(code) || OUTAGES.has(code))) return error;
  const replies = [responseCode, ...rejectedErrors.map((each) => each.responseCode)].filter(isReply);
  const [reply] = replies;
  // The reply's text may repeat what it was sent: neither is in what we say, nor the library's error as a cause.
  if (reply !== undefined) {
    const what = `the mail server answers ${reply}${afterOf(command)}`;
    return replies.some((each) => each < 500) ? unavailable(channel, what) : refused(channel, what);
  }
  if (CERTIFICATE.test(originalCode) || (code === 'ETLS' && command === 'STARTTLS'))
    return refused(channel, "the mail server's certificate is not trusted", CERTIFICATE_REMEDY);
  if (REFUSALS.has(code)) return refused(channel, `the mail cannot be sent as it is set up (${code})`);
  return unavailable(channel, outageReason(code, originalCode), { cause: error });
}

/** The error for an address of a server that is none. */
export function wrongAddress(channel: string): ChannelRefusedError {
  return refused(
    channel,
    'its address is not of the form smtp://user:password@host:587 or smtps://user:password@host',
    'Repair it; what is special in a URL, such as / or @ in a password, has to be percent-encoded.',
  );
}

function isReply(code: number | undefined): code is number {
  return code !== undefined && code >= 400;
}

/** ` to RCPT TO`; of a command only its verb, for `AUTH PLAIN …` holds the password. */
function afterOf(command: string | undefined): string {
  const verb = /^(MAIL FROM|RCPT TO|[A-Z]+)/.exec(command ?? '')?.[0];
  return verb === undefined || verb === 'CONN' ? '' : ` to ${verb}`;
}

function outageReason(code: string, originalCode: string): string {
  if (code === 'EABORT' || code === 'ETIMEDOUT') return 'the mail server does not answer in time';
  return `the connection to the mail server fails (${originalCode === '' ? code : originalCode})`;
}

function unavailable(channel: string, reason: string, options: ErrorOptions = {}): ChannelUnavailableError {
  return new ChannelUnavailableError(
    `channel ${channel} does not take a notice: ${reason}`,
    'It is tried again with every tick; check that its address is right and that it runs.',
    options,
  );
}

function refused(
  channel: string,
  reason: string,
  remedy = "Check the channel's sender, recipients, user and password.",
): ChannelRefusedError {
  return new ChannelRefusedError(`channel ${channel} refuses a notice: ${reason}`, remedy);
}
