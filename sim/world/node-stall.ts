/**
 * A stalled event loop, as in a long garbage collection or a slow synchronous function.
 *
 * Fault model. Everything that comes due at the node during the stall waits: timers, frames,
 * replies. Afterwards each is delivered in a separate event, in the order in which it came due; or
 * timers first, as after a stall in the phase before them. Later events come after these. Nothing
 * is lost, and both clocks continue, so the node can see that it was stalled.
 */
import { Fifo } from '../kernel/fifo.ts';
import type { Entry } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { NodeProcess } from './node-process.ts';

export class NodeStall {
  readonly #kernel: Kernel;
  readonly #process: NodeProcess;
  readonly #held = new Fifo<Entry>();
  #released: Entry | null = null;

  /** Stalls the process at once. It must not be stalled already. */
  constructor(kernel: Kernel, process: NodeProcess) {
    this.#kernel = kernel;
    this.#process = process;
    process.holds = (entry) => this.#holds(entry);
  }

  end(isTimersFirst: boolean): void {
    if (isTimersFirst) {
      const isTimer = (entry: Entry): boolean => this.#process.timerEntries.has(entry);
      const held = this.#held.takeAll();
      for (const entry of held) if (isTimer(entry)) this.#held.push(entry);
      for (const entry of held) if (!isTimer(entry)) this.#held.push(entry);
    }
    this.#releaseNext();
  }

  #holds(entry: Entry): boolean {
    if (entry === this.#released) return false;
    this.#held.push(entry);
    return true;
  }

  #releaseNext(): void {
    const entry = this.#held.take();
    if (entry === undefined) {
      this.#process.holds = null;
      return;
    }
    this.#released = this.#kernel.schedule(0, this.#process, () => {
      const { deliver } = entry;
      entry.deliver = null;
      this.#releaseNext();
      deliver?.();
    });
  }
}
