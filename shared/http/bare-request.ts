import type { IncomingHttpHeaders } from 'node:http';
import { mediaTypeOf } from './media-type.ts';

/**
 * Whether a request says nothing, as those of OpenFaaS' cron connector: it has no body, and no header that would be an attribute of an
 * event. The connector sends no media type either; it is configured with `text/plain`, should it ever send one.
 *
 * @see openfaas/cron-connector `types/cron_function.go`: `http.NewRequest(http.MethodPost, gatewayURL, nil)`, and `config.go`
 */
export function isBare({ headers }: { readonly headers: IncomingHttpHeaders }): boolean {
  // RFC 9112, 6.3: a request that says neither has none.
  const hasBody = (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;
  if (hasBody || !['', 'text/plain'].includes(mediaTypeOf(headers['content-type']))) return false;
  return !Object.keys(headers).some((name) => name.startsWith('ce-'));
}
