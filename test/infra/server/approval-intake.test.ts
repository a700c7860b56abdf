import { describe, expect, it } from 'vitest';
import { approvalIntake, approvalLinks } from '../../../infra/server/approval-intake.ts';
import { KubeUnavailableError, OverloadedError } from '../../../shared/errors/errors.ts';
import { parseApproval } from '../../../shared/events/approval-request.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { serve, useServed } from '../../shared/http/served.ts';
import { FakeIncidents } from '../../support/fake-incidents.ts';
import { at, incident } from '../../support/incidents.ts';
import { aRun, LABEL_PLAN, remediationOf } from '../../support/remediation.ts';
import { TestClock } from '../../support/runtime-ports.ts';

useServed();

const KEY = new Uint8Array(32).fill(7);
const CLAIMS = { node: 'node02', uid: 'record-1', episode: 1, revision: 3, planId: LABEL_PLAN.id };
const PROPOSED = at('2026-08-22T10:00:00.500Z');

/** A served `/approve`, and a link that leads to it. */
async function anApproval(handle: (event: IncomingEvent) => Promise<unknown> = async () => 'done') {
  const clock = new TestClock('2026-08-22T10:05:00Z');
  const incidents = new FakeIncidents();
  incidents.put({ node: 'node02', incident: incident('Open'), remediation: remediationOf({ run: aRun() }) });
  const approved: IncomingEvent[] = [];
  const parts = {
    clusterName: 'lab',
    clock,
    incidents,
    handle: (event: IncomingEvent) => {
      approved.push(event);
      return handle(event);
    },
  };
  const served = await serve(undefined, { addRoutes: await approvalIntake({ key: KEY }, parts) });
  const tokenOf = async (claims: Partial<typeof CLAIMS> = {}, clusterName = 'lab', key = KEY) => {
    const linkUrl = new URL(`${served.url}/approve`);
    const links = await approvalLinks({ linkUrl, key }, { clusterName, clock });
    const link = await links.linkOf({ ...CLAIMS, ...claims }, PROPOSED, PROPOSED);
    return new URL(link?.url ?? '').searchParams.get('token') ?? '';
  };
  const get = (token: string) => fetch(`${served.url}/approve?token=${encodeURIComponent(token)}`);
  const post = (token: string, init: RequestInit = {}) =>
    fetch(`${served.url}/approve?`, { method: 'POST', body: new URLSearchParams({ token }), ...init });
  return { ...served, clock, incidents, approved, tokenOf, get, post };
}

describe('GET /approve', () => {
  it('asks, and approves nothing however often it is fetched', async () => {
    const { get, tokenOf, approved } = await anApproval();
    const token = await tokenOf();
    const answers = await Promise.all([get(token), get(token), get(token)]);
    const page = await (answers[0] as Response).text();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(page).toContain('<pre>kubectl label node/node02 zone=a</pre>');
    expect(page).toContain('good until 2026-08-22T10:15:00.000Z');
    expect(page).toContain(`name="token" value="${token}"`);
    expect(approved).toEqual([]);
  });

  it('is kept nowhere, framed by nobody, and runs nothing', async () => {
    const { get, tokenOf } = await anApproval();
    for (const token of [await tokenOf(), 'none']) {
      const { headers } = await get(token);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy':
          "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('shows what others wrote as text', async () => {
    const { get, tokenOf, incidents } = await anApproval();
    const [step] = LABEL_PLAN.steps;
    const steps = [
      { ...(step as NonNullable<typeof step>), summary: '<script>alert("1")</script>', command: "'><b>" },
    ];
    const run = aRun({ plan: { ...LABEL_PLAN, steps } });
    incidents.put({ node: 'node02', incident: incident('Open'), remediation: remediationOf({ run }) });
    const page = await (await get(await tokenOf())).text();
    expect(page).toContain('&#60;script&#62;');
    expect(page).not.toMatch(/<script|<b>/);
  });

  it('repeats no token that is none', async () => {
    const { get } = await anApproval();
    const answer = await get('"><script>x</script>');
    expect([answer.status, await answer.text()]).toEqual([400, expect.not.stringContaining('script')]);
  });
});

describe('POST /approve', () => {
  it('approves: an event with the token, which says what it is for', async () => {
    const { post, tokenOf, approved, clock } = await anApproval();
    const token = await tokenOf();
    const answer = await post(token);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('<h1>Approved</h1>')]);
    expect(approved.map(parseApproval)).toEqual([
      {
        request: {
          source: '/approve',
          ...CLAIMS,
          by: expect.stringMatching(/^signed link /),
          at: clock.now(),
        },
        token,
      },
    ]);
    await post(token);
    expect(new Set(approved.map(({ id }) => id)).size).toBe(1);
  });

  it.each<
    readonly [string, number, string, (world: Awaited<ReturnType<typeof anApproval>>) => Promise<string>]
  >([
    ['no token', 400, 'MALFORMED', async () => ''],
    ['a token of another key', 403, 'BAD_SIGNATURE', (it) => it.tokenOf({}, 'lab', new Uint8Array(32))],
    ['a token of another cluster', 403, 'WRONG_CLUSTER', (it) => it.tokenOf({}, 'prod')],
    ['a token of another record', 410, 'AnotherIncident', (it) => it.tokenOf({ uid: 'record-0' })],
    ['a token of no node', 410, 'AnotherIncident', (it) => it.tokenOf({ node: 'node99' })],
    ['an older revision', 410, 'WrongRevision', (it) => it.tokenOf({ revision: 2 })],
    ['another plan', 410, 'WrongPlan', (it) => it.tokenOf({ planId: 'other' })],
    [
      'a token that has expired',
      410,
      'EXPIRED',
      async (it) => {
        const token = await it.tokenOf();
        it.clock.pass(600);
        return token;
      },
    ],
    [
      'nothing that waits any more',
      410,
      'NothingToApprove',
      async (it) => {
        const run = aRun({ phase: 'Verifying' });
        it.incidents.put({ node: 'node02', incident: incident('Open'), remediation: remediationOf({ run }) });
        return it.tokenOf();
      },
    ],
  ])('refuses %s with %i and says why', async (_, status, code, make) => {
    const world = await anApproval();
    const answer = await world.post(await make(world));
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(`(${code})`)]);
    expect(world.approved).toEqual([]);
  });

  it('takes a small form in the body only', async () => {
    const { post, tokenOf, approved, url } = await anApproval();
    const token = await tokenOf();
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) };
    expect((await post(token, json)).status).toBe(415);
    expect(
      (await post(token, { body: new URLSearchParams({ fill: 'x'.repeat(9_000), token }) })).status,
    ).toBe(413);
    const inQuery = await fetch(`${url}/approve?token=${token}`, {
      method: 'POST',
      body: new URLSearchParams(),
    });
    expect(inQuery.status).toBe(400);
    expect((await post(token, { method: 'PUT' })).status).toBe(405);
    expect(approved).toEqual([]);
  });

  it('says that it may be tried again when it may, and logs a bug', async () => {
    const away = await anApproval(() =>
      Promise.reject(new KubeUnavailableError('the API server is away', 'Wait.')),
    );
    const answer = await away.post(await away.tokenOf());
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.text()).toContain('(KUBE_UNAVAILABLE)');
    const full = await anApproval(() => Promise.reject(new OverloadedError('full', 'Wait.')));
    expect((await full.post(await full.tokenOf())).status).toBe(503);
    const broken = await anApproval(() => Promise.reject(new Error('a bug')));
    expect((await broken.post(await broken.tokenOf())).status).toBe(500);
    expect(broken.errors).toHaveLength(1);
  });

  it('works on twenty at once, and on more later', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { post, tokenOf, approved } = await anApproval(() => held);
    const token = await tokenOf();
    const waiting = Array.from({ length: 20 }, () => post(token));
    await expect.poll(() => approved.length).toBe(20);
    expect((await post(token)).status).toBe(503);
    release();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => 200));
    expect((await post(token)).status).toBe(200);
  });
});
