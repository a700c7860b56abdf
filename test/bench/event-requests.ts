import { readFile } from 'node:fs/promises';

const FIXTURES = new URL('../shared/http/fixtures/recorded-requests.ndjson', import.meta.url);
/** How many differ: the heartbeats of so many nodes. */
const REQUESTS = 200;

/** Requests of ApiServerSource about nodes whose heartbeat is all that changed, made of a recorded one: whole HTTP requests. */
export async function heartbeatRequests(): Promise<readonly string[]> {
  const lines = (await readFile(FIXTURES, 'utf8')).trim().split('\n');
  const recorded = lines
    .map((line) => JSON.parse(line) as { headers: Record<string, string>; body: string })
    .find(({ headers }) => headers['ce-kind'] === 'Node' && headers['ce-type']?.endsWith('resource.update'));
  if (recorded === undefined) throw new Error('the fixtures hold no update of a node');
  const { headers, body } = recorded;
  return Array.from({ length: REQUESTS }, (_, number) => {
    const beat = new Date(Date.UTC(2026, 10, 22, 20, 0, number)).toISOString().replace('.000', '');
    const changed = body.replaceAll(/("lastHeartbeatTime":")[^"]*/g, `$1${beat}`);
    const sent = {
      ...headers,
      'ce-id': `heartbeat-${number}`,
      'content-length': `${Buffer.byteLength(changed)}`,
    };
    const head = Object.entries(sent).map(([name, value]) => `${name}: ${value}`);
    return `POST / HTTP/1.1\r\nhost: 127.0.0.1\r\n${head.join('\r\n')}\r\n\r\n${changed}`;
  });
}
