import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { Clock, DurationMs } from '../domain/units.ts';
import { ChannelRefusedError } from '../errors/errors.ts';
import type { ProductEvent } from '../events/product-event.ts';
import type { Channel, ChannelAbilities, Receipt } from '../runtime/channel.ts';
import { httpAddress } from './http-address.ts';
import { callChannel } from './http-call.ts';

export interface WebhookOptions {
  readonly name: string;
  readonly url: () => string;
  /**
   * What is signed with: `whsec_` and base64, as Standard Webhooks has them. With several, every one signs, so that a receiver
   * knows either while they are changed; with none nothing is signed.
   */
  readonly secrets: () => readonly string[];
  readonly timeoutMs: DurationMs;
  /** Hosts (`name` or `name:port`) to which the receiver may redirect; none unless told. */
  readonly redirectHosts?: readonly string[] | undefined;
  /** Such as `{ authorization: 'Bearer …' }`; names in lower case. */
  readonly headers?: (() => Readonly<Record<string, string>>) | undefined;
  /** Signatures name the time of their attempt: receivers refuse what is older than minutes. */
  readonly clock: Clock;
}

/** 128 bits: as many as a UUID has. */
const ID_DIGITS = 32;

const ABILITIES = {
  updates: 'as a new message',
  threads: false,
  resolves: true,
  // A receiver may drop by `webhook-id` what comes twice; nothing says that it does.
  deduplicates: false,
  // A program that is told of events groups them by itself.
  storms: false,
  // Remediation has events of its own.
  remediation: false,
  keepAliveMs: undefined,
} as const satisfies Partial<ChannelAbilities>;

/**
 * Any receiver of CloudEvents: the notice's event in structured mode, signed by Standard Webhooks 1.0.0. The id is the same
 * however often an event is sent, so that a receiver that remembers ids for some minutes drops what comes twice.
 *
 * It throws ChannelRefusedError on 410, which means that the receiver wants no more, and on a secret that is none.
 *
 * @see standard-webhooks `spec/standard-webhooks.md`; CloudEvents HTTP protocol binding 1.0.2, section 3.2
 */
export function createWebhookChannel(options: WebhookOptions): Channel {
  const { name, url, secrets, timeoutMs, redirectHosts = [] } = options;
  return {
    name,
    get abilities(): ChannelAbilities {
      return { ...ABILITIES, signed: secrets().length > 0 };
    },
    async send({ event }): Promise<Receipt> {
      const address = httpAddress(name, url());
      const { headers, body } = toRequest(event, options);
      const all = { ...address.headers, ...headers };
      await callChannel(name, { url: address.url, headers: all, body, timeoutMs, redirectHosts });
      return { externalId: undefined };
    },
  };
}

/** What is sent of an event, signed now. */
export function toRequest(
  event: ProductEvent,
  { name, secrets, headers, clock }: WebhookOptions,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const body = JSON.stringify(event);
  const id = webhookId(event);
  const now = clock.now();
  const signatures = secrets().map((secret) => signerOf(name, secret).sign(id, new Date(now), body));
  const own = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    // Unsigned too: by it a receiver knows what it has already.
    'webhook-id': id,
    ...(signatures.length > 0 && {
      'webhook-timestamp': `${Math.floor(now / 1_000)}`,
      'webhook-signature': signatures.join(' '),
    }),
  };
  return { headers: { ...headers?.(), ...own }, body };
}

/** The same for an event however often it is told. Without a full stop, which separates what is signed. */
function webhookId({ source, id }: Pick<ProductEvent, 'source' | 'id'>): string {
  // An event is known by its source and its id together, and neither has to be fit for a header.
  const digest = createHash('sha256')
    .update(JSON.stringify([source, id]))
    .digest('hex');
  return `msg_${digest.slice(0, ID_DIGITS)}`;
}

function signerOf(name: string, secret: string): Webhook {
  try {
    return new Webhook(secret.trim());
  } catch {
    // What the library says of it may repeat it.
    throw new ChannelRefusedError(
      `channel ${name} has a signing secret that cannot be read`,
      'Give it as `whsec_` followed by 24 to 64 random bytes in base64.',
    );
  }
}
