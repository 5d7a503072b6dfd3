/** Whether what has left an end of a connection is not reported as complete yet. */
import type { Kernel } from '../../kernel/kernel.ts';
import { NETWORK } from '../domain.ts';

/**
 * Microseconds by which the completion of a burst is late, by its number; must not depend on its
 * number of bytes.
 */
export type LateUs = (burst: number) => number;

export class Lateness {
  readonly #kernel: Kernel;
  readonly #lateUs: LateUs;
  readonly #onOver: () => void;
  #untilUs = 0;

  constructor(kernel: Kernel, lateUs: LateUs | undefined, onOver: () => void) {
    this.#kernel = kernel;
    this.#lateUs = lateUs ?? (() => 0);
    this.#onOver = onOver;
  }

  get isOn(): boolean {
    return this.#kernel.nowUs < this.#untilUs;
  }

  /** Returns whether the completion of a burst that has just begun is late. */
  begin(burst: number): boolean {
    const lateUs = this.#lateUs(burst);
    if (lateUs === 0) return false;
    this.#untilUs = this.#kernel.nowUs + lateUs;
    this.#kernel.schedule(lateUs, NETWORK, this.#onOver);
    return true;
  }
}
