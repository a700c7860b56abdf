import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackgroundProgram, findProgram } from './background-program.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

/** A mail as it lies in the mailbox. */
export interface StoredMail {
  /** By name in lower case, unfolded. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names in lower case, as often as they are there. */
  readonly headerNames: readonly string[];
  readonly body: string;
}

const CERTIFICATES = new URL('../../shared/kubernetes/test-only-tls/', import.meta.url);

/** Why there can be no mail server here; `undefined` when there can. Exim takes another configuration than the system's from root only. */
export function eximMissing(): string | undefined {
  if (findProgram('exim4') === undefined) return 'no Exim: apt-get install exim4-daemon-light';
  return process.getuid?.() === 0 ? undefined : 'Exim takes a configuration of ours from root only';
}

/**
 * A real Exim on the loopback interface with a mailbox in a temporary directory. It knows the user `alice` with the password
 * `s3cr:t/x`, who has to log in, over TLS, on `securePort`; on `port` anybody on this host may send. It takes mail for
 * `ops` and `dev` at example.test, puts `later` off (451), and refuses everybody else (550).
 */
export class Exim {
  readonly port: number;
  readonly securePort: number;
  /** Whom its certificate is trusted from, as PEM. */
  readonly ca: string;
  readonly #directory: string;
  readonly #program: BackgroundProgram;

  private constructor(
    ports: readonly [number, number],
    parts: { readonly ca: string; readonly directory: string; readonly program: BackgroundProgram },
  ) {
    [this.port, this.securePort] = ports;
    this.ca = parts.ca;
    this.#directory = parts.directory;
    this.#program = parts.program;
  }

  static async start(): Promise<Exim> {
    const directory = await mkdtemp(join(tmpdir(), 'exim-'));
    // Exim reads and writes it as the user that its configuration names.
    await chmod(directory, 0o755);
    for (const name of ['spool', 'box', 'log']) {
      await mkdir(join(directory, name));
      await chmod(join(directory, name), 0o777);
    }
    const ports = [await freePort(), await freePort()] as const;
    const ca = await copyCertificate(directory);
    const config = join(directory, 'exim.conf');
    await writeFile(config, configuration(directory, ports));
    const program = BackgroundProgram.start(findProgram('exim4') ?? '', ['-C', config, '-bdf', '-v']);
    const started = new Exim(ports, { ca, directory, program });
    await until('Exim listens', async () => program.said.includes('listening for SMTP')).catch(
      async (error: unknown) => {
        await started.stop();
        throw error;
      },
    );
    return started;
  }

  /** Waits until there are so many mails to `user`@example.test, and answers with them, oldest first. */
  async mails(user: string, count: number): Promise<readonly StoredMail[]> {
    const box = join(this.#directory, 'box', user);
    const names = await until(`${count} mails to ${user}`, async () => {
      const found = await readdir(box);
      return found.length === count && found;
    });
    const mails = await Promise.all(names.sort().map((name) => readFile(join(box, name), 'utf8')));
    return mails.map(parseMail);
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** Gives it a certificate for 127.0.0.1, which nobody trusts who is not told to. */
async function copyCertificate(directory: string): Promise<string> {
  for (const [from, to] of [
    ['key.pem', 'tls.key'],
    ['valid.pem', 'tls.crt'],
  ] as const) {
    await copyFile(new URL(from, CERTIFICATES), join(directory, to));
    await chmod(join(directory, to), 0o644);
  }
  return readFile(join(directory, 'tls.crt'), 'utf8');
}

function configuration(directory: string, [port, securePort]: readonly [number, number]): string {
  return `
primary_hostname = mail.example.test
exim_user = mail
exim_group = mail
spool_directory = ${directory}/spool
log_file_path = ${directory}/log/%slog
pid_file_path =
local_interfaces = <; [127.0.0.1]:${port} ; [127.0.0.1]:${securePort}
daemon_smtp_ports = ${port}
tls_advertise_hosts = \${if eq{$received_port}{${securePort}}{*}{}}
tls_certificate = ${directory}/tls.crt
tls_privatekey = ${directory}/tls.key
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
host_lookup =
rfc1413_hosts =
smtp_accept_keepalive = false
acl_smtp_rcpt = check_rcpt
acl_smtp_data = accept
never_users =

begin acl
check_rcpt:
  deny condition = \${if eq{$received_port}{${securePort}}}
       !authenticated = *
       message = log in first
  defer local_parts = later
       message = come again
  accept domains = example.test
         local_parts = ops : dev
  deny message = no such user

begin routers
box:
  driver = accept
  local_parts = ops : dev
  transport = box

begin transports
box:
  driver = appendfile
  user = mail
  directory = ${directory}/box/$local_part_data
  create_directory
  directory_file = \${base62:$tod_epoch}-$inode-\${message_exim_id}

begin retry
* * F,1h,1m

begin rewrite

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{alice}}{eq{$auth3}{s3cr:t/x}}}}
  server_set_id = $auth2
`;
}

function parseMail(text: string): StoredMail {
  const end = text.search(/\r?\n\r?\n/);
  const head = text.slice(0, end).replaceAll(/\r?\n[ \t]+/g, ' ');
  const fields = head.split(/\r?\n/).map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return {
    headers: Object.fromEntries(fields),
    headerNames: fields.map(([name]) => name),
    body: text.slice(end).trimStart(),
  };
}
