import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** What is sent: headers and body, as the SDK wrote them. */
export interface SinkMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a message and gives the status of the answer, whose body is thrown away. @throws what Node.js says, or the signal's reason */
export type SinkCall = (message: SinkMessage, signal: AbortSignal) => Promise<number>;

/** Connections that are kept: a burst of incidents is published one event a time per node, so few are enough. */
const MAX_SOCKETS = 16;

/** Calls one URL again and again, over connections that are kept. `caCerts` are trusted beside nothing else (PEM). */
export function createSinkCall(url: URL, caCerts: string | undefined): SinkCall {
  const secure = url.protocol === 'https:';
  const settings = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const agent = secure
    ? new HttpsAgent({ ...settings, ...(caCerts !== undefined && { ca: caCerts }) })
    : new HttpAgent(settings);
  const start = secure ? httpsRequest : httpRequest;
  return ({ headers, body }, signal) =>
    exchange(start(url, { method: 'POST', agent, headers, signal }), body, signal);
}

function exchange(request: ClientRequest, body: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(signal.aborted ? signal.reason : error);
    request.once('error', fail);
    request.once('response', (response) => {
      response.once('error', fail);
      response.once('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    request.end(body);
  });
}
