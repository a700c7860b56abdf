import type { Express, Request, Response } from 'express';
import type { SignedApproval, TokenRefusal } from '../domain/remediation/approval.ts';
import type { Plan } from '../domain/remediation/plan.ts';
import type { Reason } from '../domain/remediation/reason.ts';
import type { Clock } from '../domain/units.ts';
import { FunctionError, MediaTypeUnsupportedError, OverloadedError } from '../errors/errors.ts';
import { linkApprovalEvent } from '../events/approval-request.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';
import type { ApprovalVerifier } from '../runtime/approval.ts';
import { type Page, questionPage, sendPage, textPage } from './approval-page.ts';
import { mediaTypeOf } from './media-type.ts';
import { readBody } from './read-body.ts';
import { statusOf } from './status-of.ts';

/** Where signed links lead. */
export const APPROVE_PATH = '/approve';
/** Several times what a form with a token needs. */
const MAX_FORM_BYTES = 8 * 1_024;
/** So many at once: people click, and the previews of chats look. What is refused costs one HMAC. */
const MAX_CONCURRENT = 20;
const FORM_TYPE = 'application/x-www-form-urlencoded';

export interface ApprovalRouteOptions extends ApprovalVerifier {
  /** The plan that waits for just this approval, or why none does. @throws FunctionError */
  readonly planOf: (approval: SignedApproval) => Promise<Plan | Reason>;
  /** Deals with the event that a click becomes; it carries the token, which is checked there again. @throws FunctionError */
  readonly handle: (event: IncomingEvent) => Promise<unknown>;
  readonly clock: Clock;
}

/**
 * Makes what adds `/approve` to an app: `GET` asks a person, `POST` approves. `GET` changes nothing, for the previews of chats and
 * the scanners of mail servers follow every link. Both answer with a page, also when they refuse.
 *
 * | answer | when |
 * | --- | --- |
 * | 200 | asked; or approved, as far as it can be told now |
 * | 400 | the token is none |
 * | 403 | the signature is wrong, or the token is of another cluster |
 * | 410 | the token has expired, or nothing waits for it any more |
 * | 413, 415 | it is no such form |
 * | 503 | it may be tried again |
 */
export function approvalRoutes(
  options: ApprovalRouteOptions,
): (http: Express, isStopping: () => boolean) => void {
  return (http, isStopping) => {
    const answering = createAnswering(isStopping);
    http.get(
      APPROVE_PATH,
      answering((request) => ask(tokenOfQuery(request), options)),
    );
    http.post(
      APPROVE_PATH,
      answering(async (request) => {
        const token = await tokenOfForm(request);
        return token === undefined ? undefined : approve(token, options);
      }),
    );
    http.all(APPROVE_PATH, (_request, response) => {
      response.setHeader('allow', 'GET, POST');
      sendPage(response, textPage(405, 'Not understood', 'Open the link in a browser.'));
    });
  };
}

type Handler = (request: Request, response: Response) => Promise<void>;
/** `undefined`: the sender has gone. */
type MakePage = (request: Request) => Promise<Page | undefined>;

/** Makes handlers that answer with a page, a bounded number of them at once. What is thrown on is a bug. */
function createAnswering(isStopping: () => boolean): (makePage: MakePage) => Handler {
  let running = 0;
  const bounded = async (makePage: MakePage, request: Request): Promise<Page | undefined> => {
    if (isStopping() || running >= MAX_CONCURRENT) throw overloaded();
    running += 1;
    return makePage(request).finally(() => {
      running -= 1;
    });
  };
  return (makePage) => async (request, response) => {
    try {
      const page = await bounded(makePage, request);
      if (page !== undefined) sendPage(response, page);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      sendFailure(response, error);
    }
  };
}

async function ask(token: string, options: ApprovalRouteOptions): Promise<Page> {
  const found = await proposalOf(token, options);
  return 'status' in found ? found : questionPage(found.approval, found.plan, token);
}

async function approve(token: string, options: ApprovalRouteOptions): Promise<Page> {
  const found = await proposalOf(token, options);
  if ('status' in found) return found;
  const { expiresAt: _, ...approval } = found.approval;
  await options.handle(linkApprovalEvent({ ...approval, token, at: options.clock.now() }));
  return textPage(
    200,
    'Approved',
    `The change for node ${approval.node} is approved. It is carried out once every gate is open: what becomes of it is told where the link came from.`,
  );
}

interface Proposal {
  readonly approval: SignedApproval;
  readonly plan: Plan;
}

/** What a token is for, or the page that says why it is for nothing. */
async function proposalOf(token: string, { verify, planOf }: ApprovalRouteOptions): Promise<Proposal | Page> {
  const approval = await verify(token);
  if ('refused' in approval) return refusalPage(approval);
  const plan = await planOf(approval);
  return 'steps' in plan
    ? { approval, plan }
    : textPage(410, 'Not approved', `${plan.message} (${plan.code})`);
}

const STATUS_OF_REFUSAL: Readonly<Record<TokenRefusal['refused']['code'], number>> = {
  EXPIRED: 410,
  WRONG_CLUSTER: 403,
  BAD_SIGNATURE: 403,
  MALFORMED: 400,
};

function refusalPage({ refused: { code, message } }: TokenRefusal): Page {
  return textPage(STATUS_OF_REFUSAL[code], 'Not approved', `${message} (${code})`);
}

/** The rest of a body that is too large is not taken: nobody waits for it. */
function sendFailure(response: Response, error: FunctionError): void {
  const status = statusOf(error);
  if (status === 503) response.setHeader('retry-after', '1');
  response.setHeader('connection', 'close');
  sendPage(response, textPage(status, 'Not approved', `${error.message}. ${error.remedy} (${error.code})`));
}

function tokenOfQuery({ url }: Request): string {
  return new URL(url, 'http://localhost').searchParams.get('token') ?? '';
}

/** `undefined` when the sender has gone. */
async function tokenOfForm(request: Request): Promise<string | undefined> {
  if (mediaTypeOf(request.headers['content-type']) !== FORM_TYPE)
    throw new MediaTypeUnsupportedError('this is no form', 'Open the link in a browser.');
  const body = await readBody(request, MAX_FORM_BYTES, 'Open the link in a browser.');
  return body && (new URLSearchParams(body.toString('latin1')).get('token') ?? '');
}

function overloaded(): OverloadedError {
  return new OverloadedError('as many approvals are worked on as may be', 'Try it again in a moment.');
}
