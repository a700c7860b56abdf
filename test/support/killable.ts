/** One call of a port, as a test names it: `3 incidents.update`. */
export type PortCall = string;

/** Before a call took effect, or right after it. */
export type Moment = 'before' | 'after';

/** Where a process dies. */
export interface Kill {
  /** From 1 up, over all calls of the process and of those that went on after it; or of one port's method, such as `writer.write 1`. */
  readonly call: number | string;
  readonly moment: Moment;
}

/** What a process does with the world, call by call; and its death, after which none of its calls goes on. */
export class Life {
  readonly calls: PortCall[];
  /** Resolves when it dies. */
  readonly death: Promise<void>;
  readonly #kill: Kill | undefined;
  #die: () => void = () => undefined;
  #isDead = false;

  /** @param calls - those of the processes before it */
  constructor(kill?: Kill, calls: readonly PortCall[] = []) {
    this.#kill = kill;
    this.calls = [...calls];
    this.death = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** A port whose every call may be the last: then nothing comes back, neither an answer nor an error. */
  of<Port extends object>(name: string, port: Port): Port {
    const life = this;
    return new Proxy(port, {
      get(target, method) {
        const member: unknown = Reflect.get(target, method, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          life.#lived(`${name}.${String(method)}`, () => Promise.resolve(member.apply(target, args)));
      },
    });
  }

  kill(): void {
    this.#isDead = true;
    this.#die();
  }

  async #lived<T>(name: string, call: () => Promise<T>): Promise<T> {
    if (this.#isDead) return never();
    const number = this.calls.push(`${this.calls.length + 1} ${name}`);
    const nth = this.calls.filter((it) => it.endsWith(` ${name}`)).length;
    const isKilled = (moment: Moment) => this.#isKilled([number, `${name} ${nth}`], moment);
    if (isKilled('before')) return never();
    const answer = await call();
    if (this.#isDead || isKilled('after')) return never();
    return answer;
  }

  #isKilled(names: readonly Kill['call'][], moment: Moment): boolean {
    const isHit = this.#kill !== undefined && names.includes(this.#kill.call) && this.#kill.moment === moment;
    if (isHit) this.kill();
    return isHit;
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
