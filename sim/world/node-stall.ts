/**
 * An event loop that stands still, as in a long garbage collection or a slow synchronous function.
 *
 * Fault model. Whatever is due at the node meanwhile waits: timers, frames, replies, answers. When the loop goes on, all of it comes, each in
 * an event of its own, in the order in which it was due; or the timers first, as when the loop stood still in the phase before
 * them. What arrives later comes after it. Nothing is lost, and both clocks go on: the node can see that it has slept.
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

  /** Begins at once. The process must not be stalled already. */
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
