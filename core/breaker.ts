/**
 * A circuit breaker: after `failuresMax` failures in a row nobody is let through for `openMs`; then one is, and its outcome
 * decides. Reads no clock; is told the monotonic time.
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

  /** Whether the caller may try now. If so it must `record` the outcome. */
  allows(nowMs: number): boolean {
    if (this.#failures < this.#failuresMax) return true;
    if (this.#isTrying || nowMs < this.#opensAgainAtMs) return false;
    this.#isTrying = true;
    return true;
  }

  record(succeeded: boolean, nowMs: number): void {
    this.#isTrying = false;
    this.#failures = succeeded ? 0 : this.#failures + 1;
    if (this.#failures >= this.#failuresMax) this.#opensAgainAtMs = nowMs + this.#openMs;
  }
}
