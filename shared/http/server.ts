import { createServer, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { type DurationMs, durationMs } from '../domain/units.ts';
import { ConfigInvalidError } from '../errors/errors.ts';
import { textOf } from './answer.ts';
import type { EventApp } from './event-app.ts';

export interface ListenOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Every address unless told. */
  readonly host?: string;
  /** How long what runs may still take once the server closes. */
  readonly graceMs: DurationMs;
  /** How long a sender may take for its headers; default 10 s. */
  readonly headersTimeoutMs?: DurationMs;
  /** How long a sender may take for a whole request; default 30 s. Its answer may take longer. */
  readonly requestTimeoutMs?: DurationMs;
}

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /**
   * Says that it is not ready, takes no more connections, ends the idle ones and waits for what runs; what has not ended after
   * the grace period is cut off. Calling it again gives the same promise.
   *
   * @returns whether all that ran came to its end
   */
  close(): Promise<boolean>;
}

const HEADERS_TIMEOUT_MS = durationMs(10_000);
const REQUEST_TIMEOUT_MS = durationMs(30_000);
/** Longer than the 90 s after which Go's client (Knative's senders) ends an idle connection: who sends ends it, and sends into none that is ending. */
const KEEP_ALIVE_MS = durationMs(120_000);
const SWEEP_MS = 50;
/** By the parser's code; all else is 400. */
const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/**
 * Listens, and says that the app is ready.
 *
 * @throws ConfigInvalidError when the port is taken or may not be used
 */
export async function listen(app: EventApp, options: ListenOptions): Promise<Listening> {
  const headersTimeout = options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS;
  const requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  const server = createServer({
    ...app.classes,
    headersTimeout,
    requestTimeout,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(headersTimeout, requestTimeout) / 2,
  });
  server.on('request', app.http);
  answerBrokenRequests(server);
  await start(server, options);
  app.ready();
  const address = server.address();
  let closing: Promise<boolean> | undefined;
  return {
    port: typeof address === 'object' ? (address?.port ?? options.port) : options.port,
    close: () => {
      closing ??= close(server, app, options.graceMs);
      return closing;
    },
  };
}

function start(server: Server, { port, host }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === 'EADDRINUSE' ? 'it is in use' : (cause.code ?? 'it failed');
      const remedy = 'Set PORT to a free port above 1023.';
      reject(new ConfigInvalidError(`cannot listen on port ${port}: ${reason}`, remedy, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

function close(server: Server, app: EventApp, graceMs: DurationMs): Promise<boolean> {
  app.stop();
  return new Promise((resolve) => {
    let finished = true;
    // Connections fall idle one by one, as what runs on them ends.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const cutOff = setTimeout(() => {
      finished = false;
      server.closeAllConnections();
    }, graceMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(cutOff);
      resolve(finished);
    });
    server.closeIdleConnections();
  });
}

/** What is no HTTP, or too slow, is answered too. A late request may come again (408 is delivered again); the others are final. */
function answerBrokenRequests(server: Server): void {
  const answers = new WeakMap<object, ServerResponse>();
  server.on('request', (request, response) => answers.set(request.socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const answer = answers.get(socket);
    // What was sent after a request that is being answered gets no answer of its own: it would be read as part of that one.
    const isAnswering = answer?.headersSent === true && !answer.writableFinished;
    socket.end(isAnswering ? '' : clientErrorText(error.code), () => socket.destroy());
  });
}

function clientErrorText(code = ''): string {
  const status = CLIENT_ERRORS[code] ?? 400;
  const phrase = STATUS_CODES[status] ?? '';
  const message = status === 400 ? 'the request is not HTTP/1.1' : phrase.toLowerCase();
  const text = textOf({ status, code: 'EVENT_INVALID', message });
  const head = [`HTTP/1.1 ${status} ${phrase}`, 'connection: close', 'content-type: application/json'];
  return `${head.join('\r\n')}\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
}
