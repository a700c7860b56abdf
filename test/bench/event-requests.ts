import { readFile } from 'node:fs/promises';

const FIXTURES = new URL('../shared/http/fixtures/recorded-requests.ndjson', import.meta.url);
/** How many differ: the heartbeats of so many nodes. */
const REQUESTS = 200;

interface Recorded {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

async function recordedUpdate(kind: string): Promise<Recorded> {
  const lines = (await readFile(FIXTURES, 'utf8')).trim().split('\n');
  const recorded = lines
    .map((line) => JSON.parse(line) as Recorded)
    .find(({ headers }) => headers['ce-kind'] === kind && headers['ce-type']?.endsWith('resource.update'));
  if (recorded === undefined) throw new Error(`the fixtures hold no update of a ${kind}`);
  return recorded;
}

/** A recorded update of a pod: nothing to a function that watches nodes, whatever it remembers. */
export async function foreignRequest(): Promise<string> {
  const { headers, body } = await recordedUpdate('Pod');
  return textOf({ ...headers, 'content-length': `${Buffer.byteLength(body)}` }, body);
}

function textOf(headers: Readonly<Record<string, string>>, body: string): string {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n${head.join('\r\n')}\r\n\r\n${body}`;
}

/** Requests of ApiServerSource about nodes whose heartbeat is all that changed, made of a recorded one: whole HTTP requests. */
export async function heartbeatRequests(): Promise<readonly string[]> {
  const { headers, body } = await recordedUpdate('Node');
  return Array.from({ length: REQUESTS }, (_, number) => {
    const beat = new Date(Date.UTC(2026, 10, 22, 20, 0, number)).toISOString().replace('.000', '');
    const changed = body.replaceAll(/("lastHeartbeatTime":")[^"]*/g, `$1${beat}`);
    const sent = {
      ...headers,
      'ce-id': `heartbeat-${number}`,
      'content-length': `${Buffer.byteLength(changed)}`,
    };
    return textOf(sent, changed);
  });
}
