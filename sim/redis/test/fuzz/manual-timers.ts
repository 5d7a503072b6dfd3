/** Timers that fire when a case advances the clock. */
import type { Entry } from '../../../kernel/heap.ts';
import type { ServerTimers } from '../../transport/direct-transport.ts';

const REDIS = { name: 'redis', alive: true };

export class ManualTimers implements ServerTimers {
  #entries: Entry[] = [];
  #nowUs = 0;
  #created = 0;

  schedule(delayMs: number, callback: () => void): Entry {
    this.#created += 1;
    const entry = {
      atUs: this.#nowUs + delayMs * 1000,
      priority: 0,
      id: this.#created,
      domain: REDIS,
      deliver: callback,
    };
    this.#entries.push(entry);
    return entry;
  }

  /** Fires the timers that are due within the next `durationMs`, in order. */
  advance(durationMs: number): void {
    const untilUs = this.#nowUs + durationMs * 1000;
    for (;;) {
      this.#entries = this.#entries.filter(({ deliver }) => deliver !== null).sort((a, b) => a.atUs - b.atUs);
      const [next] = this.#entries;
      if (next === undefined || next.atUs > untilUs) break;
      const { deliver } = next;
      next.deliver = null;
      this.#nowUs = next.atUs;
      deliver?.();
    }
    this.#nowUs = untilUs;
  }
}
