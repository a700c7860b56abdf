import { describeCall, type OnCall } from './describe-call.ts';

/** Times one call and tells of it once: at its end, but of a watch, which lasts for minutes, when it is answered. */
export class CallTimer {
  readonly #call: { readonly method: string; readonly path: string };
  readonly #onCall: OnCall | undefined;
  readonly #since = performance.now();
  #outcome = 'no-answer';
  #told = false;

  constructor(call: { readonly method: string; readonly path: string }, onCall: OnCall | undefined) {
    this.#call = call;
    this.#onCall = onCall;
  }

  answered(status: number): void {
    this.#outcome = String(status);
    if (describeCall(this.#call.method, this.#call.path).verb === 'watch') this.end();
  }

  /** No whole answer came. */
  broken(): void {
    this.#outcome = 'no-answer';
  }

  end(): void {
    if (this.#told) return;
    this.#told = true;
    const { verb, resource } = describeCall(this.#call.method, this.#call.path);
    this.#onCall?.(verb, resource, this.#outcome, (performance.now() - this.#since) / 1_000);
  }
}
