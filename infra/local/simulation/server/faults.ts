/** What a request is about, as far as a test chooses and counts by it. */
export interface RequestFacts {
  readonly verb:
    | 'get'
    | 'list'
    | 'watch'
    | 'create'
    | 'update'
    | 'patch'
    | 'delete'
    | 'deletecollection'
    | 'other';
  /** Plural; empty for what is no resource, such as discovery. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** Path and query. */
  readonly url: string;
  readonly userAgent: string;
}

/** What happens to a request instead of its answer. */
export type Fault =
  /** Answered with this status; the server says what a real one says with it. */
  | { readonly kind: 'status'; readonly code: number; readonly retryAfterSeconds?: number }
  /** Never answered; the connection stays open. */
  | { readonly kind: 'hang' }
  /** The connection is closed without an answer. */
  | { readonly kind: 'close' }
  /** Answered as usual, so much later. */
  | { readonly kind: 'delay'; readonly delayMs: number };

/** Chooses requests: those whose facts have all these values. */
export type RequestMatch = Partial<RequestFacts> | ((facts: RequestFacts) => boolean);

interface Rule {
  readonly match: RequestMatch;
  readonly fault: Fault;
  left: number;
}

/** Lets an API server misbehave, and counts what is asked of it. */
export class Faults {
  #rules: Rule[] = [];
  #seen: RequestFacts[] = [];
  readonly #watches = new Map<() => void, RequestFacts>();

  /**
   * The next requests that match go wrong; the oldest rule that still has some left counts.
   *
   * @param times - how many of them; all unless told
   * @returns what ends the rule
   */
  inject(match: RequestMatch, fault: Fault, times = Number.POSITIVE_INFINITY): () => void {
    const rule = { match, fault, left: times };
    this.#rules.push(rule);
    return () => {
      this.#rules = this.#rules.filter((other) => other !== rule);
    };
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#rules = [];
  }

  /** Breaks the watches that are open now, as a restarted server or a proxy does: without a word. */
  breakWatches(match: RequestMatch = {}): number {
    const broken = [...this.#watches].filter(([, facts]) => isMatch(match, facts));
    for (const [close] of broken) close();
    return broken.length;
  }

  /** How many requests that match came since the last `resetCounts`. */
  count(match: RequestMatch = {}): number {
    return this.#seen.filter((facts) => isMatch(match, facts)).length;
  }

  resetCounts(): void {
    this.#seen = [];
  }

  /** For the server: counts a request and tells what is to go wrong with it. */
  admit(facts: RequestFacts): Fault | undefined {
    this.#seen.push(facts);
    const rule = this.#rules.find(({ match, left }) => left > 0 && isMatch(match, facts));
    if (rule !== undefined) rule.left -= 1;
    return rule?.fault;
  }

  /** For the server: a watch is open. @returns what to call when it is not any more */
  watching(facts: RequestFacts, close: () => void): () => void {
    this.#watches.set(close, facts);
    return () => void this.#watches.delete(close);
  }
}

function isMatch(match: RequestMatch, facts: RequestFacts): boolean {
  if (typeof match === 'function') return match(facts);
  return Object.entries(match).every(([key, value]) => facts[key as keyof RequestFacts] === value);
}
