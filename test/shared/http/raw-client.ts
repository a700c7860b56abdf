import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  /** 0: the connection ended without an answer. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  /** As they are written, in latin1; nothing is added but `host` and, unless told, `content-length`. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Buffer | string;
  readonly contentLength?: number | undefined;
}

/** The bytes of a request, however wrong it is. */
export function toBytes({
  method = 'POST',
  path = '/',
  headers,
  body = '',
  contentLength,
}: RawRequest): Buffer {
  const bytes = Buffer.from(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(contentLength === -1 ? [] : [`content-length: ${contentLength ?? bytes.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}

/** Sends bytes over one connection that is kept, and made again when it was ended: one request at a time. */
export class RawClient {
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** @param half - whether our side ends after the bytes, as of a sender that broke off */
  async send(bytes: Buffer, half = false): Promise<RawAnswer> {
    const socket = await this.#connected();
    return new Promise((resolve) => {
      let received = '';
      const done = (answer: RawAnswer) => {
        socket.removeAllListeners();
        socket.on('error', () => undefined);
        if (half || socket.readableEnded || /\r\nconnection: close/i.test(answer.head)) this.close();
        resolve(answer);
      };
      const isHead = bytes.subarray(0, 5).toString() === 'HEAD ';
      const look = () => {
        const answer = parseAnswer(received, isHead);
        if (answer !== undefined) done(answer);
      };
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        look();
      });
      const gone = () => {
        this.close();
        done(parseAnswer(received, isHead) ?? { status: 0, head: received, body: '' });
      };
      socket.on('close', gone);
      socket.on('error', gone);
      if (half) socket.end(bytes);
      else socket.write(bytes);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  async #connected(): Promise<Socket> {
    if (this.#socket !== undefined && !this.#socket.destroyed) return this.#socket;
    const socket = connect(this.#port, '127.0.0.1');
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return socket;
  }
}

function parseAnswer(text: string, isHead: boolean): RawAnswer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const length = isHead ? 0 : Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const body = text.slice(end + 4);
  if (body.length < length) return undefined;
  return { status: Number(head.slice(9, 12)), head, body };
}
