// Sends recorded events to a server as fast as it answers, over connections that are kept, and prints how many it took.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const CONNECTIONS = 32;
const [port = '', seconds = '', file = ''] = process.argv.slice(2);
const requests = (JSON.parse(readFileSync(file, 'utf8')) as string[]).map((text) => Buffer.from(text));
const answers: Record<string, number> = {};
let sent = 0;
let isOver = false;

function client(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.setNoDelay(true);
    const send = () => {
      if (isOver) return void socket.end(resolve);
      sent += 1;
      socket.write(requests[sent % requests.length] ?? '');
    };
    socket.once('connect', send);
    socket.once('error', reject);
    // An answer without a body, or with a short one, comes in one piece.
    socket.on('data', (chunk) => {
      const status = chunk.toString('latin1', 9, 12);
      answers[status] = (answers[status] ?? 0) + 1;
      send();
    });
  });
}

const start = performance.now();
setTimeout(() => {
  isOver = true;
}, Number(seconds) * 1_000);
await Promise.all(Array.from({ length: CONNECTIONS }, client));
const elapsedSeconds = (performance.now() - start) / 1_000;
console.log(JSON.stringify({ answers, elapsedSeconds }));
