/** The times at which the server is down, by the faults that keep it down. */
import type { Fault } from '../../kernel/fault.ts';

export class Downtime {
  readonly #onHit: (fault: Fault) => void;
  /** A fault is unnoticed until a client is affected. */
  readonly #by = new Map<Fault, 'hit' | 'unnoticed'>();
  /** How often the server has gone down. */
  count = 0;

  constructor(onHit: (fault: Fault) => void) {
    this.#onHit = onHit;
  }

  get isOn(): boolean {
    return this.#by.size > 0;
  }

  begin(fault: Fault): void {
    this.#by.set(fault, 'unnoticed');
    this.count += 1;
  }

  end(fault: Fault): void {
    this.#by.delete(fault);
  }

  /** A connection broke or was refused. */
  notice(): void {
    for (const [fault, state] of this.#by) {
      if (state === 'unnoticed') this.#onHit(fault);
      this.#by.set(fault, 'hit');
    }
  }
}
