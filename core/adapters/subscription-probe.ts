import type { Clock, Timer } from '../ports.ts';

export interface SubscriptionProbeParts {
  readonly clock: Clock;
  /** Of its timer. */
  readonly owner: string;
  readonly everyMs: number;
  /** Number of probes in a row that may be lost. */
  readonly lostMax: number;
  /** Publishes a probe to the subscription. Must not throw. */
  readonly send: () => void;
  /** Nothing has arrived since `lostMax` probes were sent. */
  readonly silent: () => void;
}

/**
 * Notices a subscription that receives nothing although its connection is open: it publishes probes
 * to it. It counts probes and not time, because a process that was suspended reads its messages
 * after its timers. It goes on counting after a stop: on a dead connection each attempt to
 * subscribe may end before `lostMax` probes are lost.
 */
export class SubscriptionProbe {
  readonly #parts: SubscriptionProbeParts;
  #timer: Timer | null = null;
  /** Probes since the last message. */
  #unheard = 0;

  constructor(parts: SubscriptionProbeParts) {
    this.#parts = parts;
  }

  /** Idempotent. */
  start(): void {
    if (this.#timer === null) this.#schedule();
  }

  /** Idempotent. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** The connection has delivered anything, also what is not a probe, or it is a new one. */
  heard(): void {
    this.#unheard = 0;
  }

  #schedule(): void {
    const { clock, owner, everyMs } = this.#parts;
    this.#timer = clock.startTimer({ label: 'probe', owner }, everyMs, () => this.#probe());
  }

  #probe(): void {
    const { lostMax, send, silent } = this.#parts;
    this.#schedule();
    if (this.#unheard < lostMax) {
      this.#unheard += 1;
      send();
    } else {
      this.#unheard = 0;
      silent();
    }
  }
}
