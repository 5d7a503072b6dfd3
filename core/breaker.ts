/**
 * A circuit breaker. After `failuresMax` failures in a row it lets no caller through for `openMs`,
 * then one, whose outcome closes or reopens it. Reads no clock: callers pass the monotonic time.
 */
export class Breaker {
  readonly #failuresMax: number;
  readonly #openMs: number;
  #failures = 0;
  #opensAgainAtMs = 0;
  #isTrying = false;

  constructor(failuresMax: number, openMs: number) {
    this.#failuresMax = failuresMax;
    this.#openMs = openMs;
  }

  /** Whether the last attempts have failed. */
  get isOpen(): boolean {
    return this.#failures >= this.#failuresMax;
  }

  /** Whether the caller may try now. If so it must `record` the outcome or `withdraw`. */
  allows(nowMs: number): boolean {
    if (!this.isOpen) return true;
    if (this.#isTrying || nowMs < this.#opensAgainAtMs) return false;
    this.#isTrying = true;
    return true;
  }

  /** The caller has no outcome, because its work was cancelled. */
  withdraw(): void {
    this.#isTrying = false;
  }

  record(succeeded: boolean, nowMs: number): void {
    this.#isTrying = false;
    this.#failures = succeeded ? 0 : this.#failures + 1;
    if (this.isOpen) this.#opensAgainAtMs = nowMs + this.#openMs;
  }
}
