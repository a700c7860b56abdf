import type { ServerResponse } from 'node:http';
import { escapeHtml } from '../domain/escape-html.ts';
import type { SignedApproval } from '../domain/remediation/approval.ts';
import type { Plan } from '../domain/remediation/plan.ts';
import { formatTimestamp } from '../domain/units.ts';

/** A page: what is read of it first, and what comes below, both as HTML. */
export interface Page {
  readonly status: number;
  readonly title: string;
  readonly body: string;
}

/**
 * What is sent with every page. Nothing is loaded and nothing runs; nobody frames it, so that no click is caught; it is kept nowhere,
 * and its address, which holds the token, goes to nobody.
 */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
} as const;

/** Sends a page. */
export function sendPage(response: ServerResponse, { status, title, body }: Page): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>`;
  response.end(
    `<!DOCTYPE html>\n<html lang="en"><head>${head}</head>\n<body>\n<h1>${escapeHtml(title)}</h1>\n${body}\n</body></html>\n`,
  );
}

/** Asks whether it is to be done. The token is sent in the body, and the address of the form has none. */
export function questionPage(approval: SignedApproval, plan: Plan, token: string): Page {
  const { node, revision, expiresAt } = approval;
  const steps = plan.steps.map(
    ({ summary, command, risk }) =>
      `<li>${escapeHtml(summary)} Risk: ${escapeHtml(risk.toLowerCase())}.<pre>${escapeHtml(command)}</pre></li>`,
  );
  return {
    status: 200,
    title: `Approve a change for node ${node}?`,
    body: [
      `<p>virt-handler is missing on node ${escapeHtml(node)}. Plan ${escapeHtml(plan.id)}, for revision ${revision} of the incident, would bring it back:</p>`,
      `<ol>${steps.join('\n')}</ol>`,
      `<p>It is carried out once every gate is open, and taken back if it does not help. This link is good until ${formatTimestamp(expiresAt)}.</p>`,
      `<form method="post" action="?"><input type="hidden" name="token" value="${escapeHtml(token)}"><button>Approve</button></form>`,
    ].join('\n'),
  };
}

/** Says something, in one paragraph. */
export function textPage(status: number, title: string, text: string): Page {
  return { status, title, body: `<p>${escapeHtml(text)}</p>` };
}
