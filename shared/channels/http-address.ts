import { ChannelRefusedError } from '../errors/errors.ts';

/** Where a channel is called over HTTP, and what its address says of who calls. */
export interface HttpAddress {
  readonly url: string;
  /** Basic authentication, when the address has a user and a password. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads the address of a channel as people write it: with white space around it, with a user and a password in it. `fetch` takes
 * no such address, and repeats the whole of it in what it says.
 *
 * @param channel - its name, for the error
 * @throws ChannelRefusedError when it is no http or https URL
 */
export function httpAddress(channel: string, text: string): HttpAddress {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw noAddress(channel);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { url: url.href, headers: {} };
  try {
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { url: url.href, headers: { authorization: `Basic ${Buffer.from(user).toString('base64')}` } };
  } catch {
    throw noAddress(channel);
  }
}

function noAddress(channel: string): ChannelRefusedError {
  return new ChannelRefusedError(
    `channel ${channel} has an address that is no http or https URL`,
    'Give it as `https://host/path`; what is special in a URL has to be percent-encoded in a user or password.',
  );
}
