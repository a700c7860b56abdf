import type { Express, Response } from 'express';

/** The metrics as a scraper reads them. */
export interface Exposition {
  readonly contentType: string;
  text(): Promise<string>;
}

const LIVENESS = ['/health/liveness', '/_/health'];
const READINESS = ['/health/readiness', '/_/ready'];

/**
 * Adds what is asked of a function beside events: liveness and readiness by the names of Knative's functions and of OpenFaaS,
 * `GET /metrics`; and a final answer for all else. 404 would be the usual one, but Knative delivers again on 404, so that a
 * sink with a wrong path would be tried again and again: 410 is final, and so is 405.
 */
export function addStatusRoutes(
  http: Express,
  isReady: () => boolean,
  exposition: Exposition | undefined,
): void {
  http.get(LIVENESS, (_request, response) => say(response, 200, 'alive'));
  http.get(READINESS, (_request, response) =>
    isReady() ? say(response, 200, 'ready') : say(response, 503, 'not ready'),
  );
  if (exposition !== undefined) {
    http.get('/metrics', async (_request, response) => {
      const text = await exposition.text();
      response.setHeader('content-type', exposition.contentType);
      response.end(text);
    });
  }
}

function say(response: Response, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.end(`${text}\n`);
}
