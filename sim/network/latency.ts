/**
 * How long frames take.
 *
 * Fault model. Usually a few milliseconds, sometimes much longer; at most one millisecond within a
 * machine. While a `latency` fault is open, frames of its clients take up to 41 times as long, in
 * proportion to the fault's rate.
 */
import type { Kernel } from '../kernel/kernel.ts';
import type { Strategy } from '../kernel/strategy.ts';
import type { ActiveFaults } from '../kernel/fault.ts';

export interface LatencyOptions {
  readonly minMs: number;
  /** Delay of the slowest frame without faults. */
  readonly maxMs: number;
}

/** What a connection needs to know. */
export type Delaying = Pick<Latency, 'delayUs'>;

/** Between two sockets of one machine. No fault of the network is on the way. */
const LOOPBACK_US_MIN = 20;
const LOOPBACK_US_MAX = 1000;

/** A fault of rate 1 adds this many times the delay. */
const SLOWDOWN = 40;

export class Latency {
  /** The delays of a connection within one machine. */
  readonly loopback: Delaying = {
    delayUs: (fraction) => this.#strategy.delayUs(fraction, LOOPBACK_US_MIN, LOOPBACK_US_MAX, this.#kernel.nowUs),
  };
  readonly #options: LatencyOptions;
  readonly #strategy: Strategy;
  readonly #kernel: Kernel;
  readonly #faults: ActiveFaults;
  readonly #onHit: (fault: { readonly id: string; readonly kind: string }, client: string) => void;

  constructor(
    options: LatencyOptions,
    order: { readonly kernel: Kernel; readonly strategy: Strategy },
    faults: ActiveFaults,
    onHit: (fault: { id: string; kind: string }, client: string) => void,
  ) {
    this.#options = options;
    this.#strategy = order.strategy;
    this.#kernel = order.kernel;
    this.#faults = faults;
    this.#onHit = onHit;
  }

  /**
   * Returns the delay of one frame in microseconds. `fraction` is its choice, uniform in [0, 1).
   */
  delayUs(fraction: number, client: string): number {
    const { minMs, maxMs } = this.#options;
    let delayMs = this.#strategy.delayUs(fraction, minMs * 1000, maxMs * 1000, this.#kernel.nowUs) / 1000;
    if (!this.#faults.none) {
      // Of several open faults the worst counts: they do not multiply.
      let worst = 0;
      for (const fault of this.#faults.of('latency', client)) {
        worst = Math.max(worst, fault.rate);
        this.#onHit(fault, client);
      }
      delayMs *= 1 + SLOWDOWN * worst;
    }
    return delayMs * 1000;
  }
}
