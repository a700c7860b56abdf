// A file of its own, which is loaded when it is needed: a bundle gives the names of a CommonJS module to static imports only.
import { WebClient, type WebClientOptions } from '@slack/web-api';

/** Slack's own client. It takes a while to load, and a process that tells nobody in Slack never needs it. */
export function newWebClient(token: string, options: WebClientOptions): WebClient {
  return new WebClient(token, options);
}
