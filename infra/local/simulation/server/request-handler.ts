import type { IncomingMessage, ServerResponse } from 'node:http';
import { durationMs } from '../../../../shared/domain/units.ts';
import { ApiStatusError, noSuchResource } from '../api/api-status.ts';
import type { JsonObject } from '../api/kube-object.ts';
import type { ResourceType } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import { answerRequest } from './answer-request.ts';
import { answerWatch, type Handling } from './answer-watch.ts';
import { discover } from './discovery.ts';
import type { Fault, RequestFacts } from './faults.ts';
import { describeOpenApi } from './openapi.ts';
import { readBody } from './request-body.ts';
import { type ResourcePath, readPath } from './request-path.ts';
import { verbOf } from './request-verb.ts';

/** Answers one HTTP request to the simulated API server. Never throws: what goes wrong is answered. */
export async function handleRequest(
  handling: Handling,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await respond(handling, request, response);
  } catch (error) {
    // A body that broke off has nobody to be answered.
    if (!response.headersSent && !response.destroyed) refuse(response, error);
  }
}

async function respond(
  handling: Handling,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { api, faults } = handling;
  const url = new URL(request.url ?? '/', 'http://simulated');
  const about = aboutServer(url.pathname, api.registry.all());
  const path = about === undefined ? readPath(url.pathname, api.registry) : undefined;
  const facts = factsOf(request, url, path);
  if (await suffer(api, faults.admit(facts), response)) return;
  if (about !== undefined) {
    sendAbout(response, about);
    return;
  }
  if (path === undefined) throw noSuchResource();
  const [contentType = ''] = (request.headers['content-type'] ?? '').split(';');
  const body = await readBody(request);
  const asked = { verb: facts.verb, path, query: url.searchParams, contentType: contentType.trim(), body };
  if (facts.verb === 'watch') {
    answerWatch(handling, { ...asked, facts }, response);
    return;
  }
  const answer = answerRequest(api, asked);
  send(response, answer.code, answer.body);
}

function aboutServer(path: string, types: readonly ResourceType[]): JsonObject | string | undefined {
  return discover(path.replace(/(.)\/$/, '$1'), types) ?? describeOpenApi(path, types);
}

function factsOf(request: IncomingMessage, url: URL, path: ResourcePath | undefined): RequestFacts {
  const { method = '', headers } = request;
  return {
    verb: path === undefined ? 'other' : verbOf(method, path, url.searchParams),
    resource: path?.type.plural ?? '',
    namespace: path?.namespace,
    name: path?.name,
    subresource: path?.subresource,
    url: `${url.pathname}${url.search}`,
    userAgent: headers['user-agent'] ?? '',
  };
}

/** Lets a fault happen. @returns whether there is nothing more to answer */
async function suffer(
  api: SimulatedApi,
  fault: Fault | undefined,
  response: ServerResponse,
): Promise<boolean> {
  switch (fault?.kind) {
    case 'hang':
      return true;
    case 'close':
      response.destroy();
      return true;
    case 'delay':
      await new Promise<void>((resolve) => void api.time.after(durationMs(fault.delayMs), resolve));
      return false;
    case 'status':
      if (fault.retryAfterSeconds !== undefined)
        response.setHeader('retry-after', `${fault.retryAfterSeconds}`);
      throw new ApiStatusError(fault.code, REASONS[fault.code] ?? '', `simulated: ${fault.code}`);
    case undefined:
      return false;
  }
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

function sendAbout(response: ServerResponse, about: JsonObject | string): void {
  if (typeof about === 'string')
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(about);
  else send(response, 200, about);
}

function send(response: ServerResponse, code: number, body: JsonObject): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}

function refuse(response: ServerResponse, error: unknown): void {
  const status =
    error instanceof ApiStatusError
      ? error
      : new ApiStatusError(500, 'InternalError', 'the simulation failed');
  send(response, status.code, status.body());
}
