import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** What the server answers to a command that begins so; `silence` answers nothing, `cut` ends the connection. */
export type SmtpScript = Readonly<Record<string, string>>;

const USUAL: SmtpScript = {
  greeting: '220 smtp.test ESMTP',
  EHLO: '250-smtp.test\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME',
  HELO: '250 smtp.test',
  AUTH: '235 2.7.0 fine',
  'MAIL FROM': '250 fine',
  'RCPT TO': '250 fine',
  DATA: '354 go on',
  '.': '250 taken',
  RSET: '250 fine',
  QUIT: '221 bye',
};

/** A mail server on the loopback interface that says what a test tells it to, for what a real one cannot be made to say. */
export class ScriptedSmtp {
  /** Every command that came, with its arguments; not the mails. */
  readonly commands: string[] = [];
  /** Every mail that came. */
  readonly mails: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, script: SmtpScript) {
    this.#server = server;
    server.on('connection', (socket) => this.#serve(socket, { ...USUAL, ...script }));
  }

  static async start(script: SmtpScript = {}): Promise<ScriptedSmtp> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new ScriptedSmtp(server, script);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket, script: SmtpScript): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    let mail: string[] | undefined;
    const say = (name: string): void => {
      const answer = script[name] ?? '502 not known';
      if (answer === 'cut') socket.destroy();
      else if (answer !== 'silence') socket.write(`${answer}\r\n`);
      if (name === 'DATA' && answer.startsWith('354')) mail = [];
    };
    say('greeting');
    createInterface({ input: socket }).on('line', (line) => {
      if (mail !== undefined && line !== '.') {
        mail.push(line);
        return;
      }
      if (mail !== undefined) {
        this.mails.push(mail.join('\n'));
        mail = undefined;
        say('.');
        return;
      }
      this.commands.push(line);
      say(Object.keys(script).find((name) => line.toUpperCase().startsWith(name)) ?? line);
    });
  }
}
