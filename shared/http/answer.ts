import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FunctionError } from '../errors/errors.ts';
import { statusOf } from './status-of.ts';

/** How soon it is worth another try. Overload and conflicts pass in a second; senders back off by themselves. */
const RETRY_AFTER_SECONDS = 1;
/** Longest reason in an answer: it travels on as a header of dead letters. */
const MAX_REASON_LENGTH = 500;
/** How much of a refused body is still taken, and for how long: a sender that writes does not read, and is not heard if cut off. */
const LINGER_BYTES = 64 * 1_024 * 1_024;
const LINGER_MS = 5_000;

/** What is said to a sender: a status, and one line of JSON. */
export interface Answer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
}

/** What a failure means to the sender. A bug says nothing of itself: its text may hold anything. */
export function answerOf(error: unknown): Answer {
  if (!(error instanceof FunctionError)) {
    return { status: 500, code: 'BUG', message: 'the function failed unexpectedly; its log says more' };
  }
  return { status: statusOf(error), code: error.code, message: error.message, remedy: error.remedy };
}

/** Sends it. What of the request has not come yet is taken and thrown away first, within bounds; then the connection ends. */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (response.headersSent) return void response.destroy();
  const text = textOf(answer);
  response.statusCode = answer.status;
  response.setHeader('content-type', 'application/json');
  response.setHeader('content-length', Buffer.byteLength(text));
  if (answer.status === 503) response.setHeader('retry-after', RETRY_AFTER_SECONDS);
  if (request.complete) response.end(text);
  else linger(request, response, text);
}

/** The line of JSON. */
export function textOf({ code, message, remedy }: Answer): string {
  return `${JSON.stringify({ error: { code, message: cut(message), ...(remedy && { remedy }) } })}\n`;
}

function cut(text: string): string {
  return text.length <= MAX_REASON_LENGTH ? text : `${text.slice(0, MAX_REASON_LENGTH - 1)}…`;
}

/** The answer is complete for the sender before `end`, which closes the connection. */
function linger(request: IncomingMessage, response: ServerResponse, text: string): void {
  response.setHeader('connection', 'close');
  // An answer to HEAD has nothing to write, and would keep its head until the end.
  response.flushHeaders();
  response.write(text);
  let taken = 0;
  const take = (chunk: Buffer) => {
    taken += chunk.length;
    if (taken > LINGER_BYTES) end();
  };
  const end = () => {
    clearTimeout(timer);
    request.off('data', take);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.on('data', take);
  request.once('error', end);
  request.once('close', end);
  request.once('end', end);
  request.resume();
}
