/**
 * When a sender on whole frames is notified that the network has taken what it sent: the callback
 * of `send`. Over TCP the buffers of the sockets decide that.
 *
 * Fault model. Usually within 2 ms, which is mostly before the peer has received anything. In some
 * runs half of the completions are late: mostly by a few milliseconds, at most by 40 ms, so that
 * the answer of the peer may arrive first. The bytes themselves are not late, and completions keep
 * their order. On a real connection this happens when a write is complete only together with
 * others: Node passes everything that waits to one system call, and the peer reads and answers the
 * first part of it before the last part fits.
 */
import type { Circumstances } from '../kernel/circumstances.ts';
import type { Draws, Scope } from '../kernel/draws.ts';

const LATE_FRACTION = 0.5;
const LATE_US_MAX = 40_000;

export class Completions {
  readonly #draws: Draws;
  readonly #areLate: boolean;

  constructor(draws: Draws, { lateCompletions }: Circumstances) {
    this.#draws = draws;
    this.#areLate = lateCompletions === true;
  }

  /** Microseconds by which the completion of number `count` is later than usual. */
  lateUs(scope: Scope, count: number): number {
    if (!this.#areLate) return 0;
    const fraction = this.#draws.fraction(scope, count);
    if (fraction < LATE_FRACTION) return 0;
    const late = (fraction - LATE_FRACTION) / (1 - LATE_FRACTION);
    return Math.ceil(late * late * LATE_US_MAX);
  }
}
