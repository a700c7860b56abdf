import { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express } from 'express';

/** The classes that a server of the app makes its requests and responses of. */
export interface MessageClasses {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * An Express app and the classes that `http.createServer` is to be given with it.
 *
 * Express changes the prototype of every request and response as it comes, after which V8 runs all code that touches them
 * several times slower: more than half of the time of a small request. Born with the prototype that Express wants, they stay
 * as they are. The app works without the classes too, only slower.
 */
export function createExpressApp(): { readonly http: Express; readonly classes: MessageClasses } {
  const http = express();
  // Each of these would cost every event some time, and none of them means anything to a sender of events.
  http.disable('x-powered-by').disable('etag').set('query parser', false);
  class EventMessage extends IncomingMessage {}
  class EventResponse<Message extends IncomingMessage = IncomingMessage> extends ServerResponse<Message> {}
  Object.setPrototypeOf(EventMessage.prototype, http.request);
  Object.setPrototypeOf(EventResponse.prototype, http.response);
  Object.assign(http, { request: EventMessage.prototype, response: EventResponse.prototype });
  return { http, classes: { IncomingMessage: EventMessage, ServerResponse: EventResponse } };
}
