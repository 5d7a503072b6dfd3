/** How long commands are waited for. */
import type { Entry } from '../../../kernel/heap.ts';
import type { Command } from './ioredis-parts.ts';

export class TimeLimits {
  readonly #later: (delayUs: number, callback: () => void) => Entry;
  readonly #timeouts = new WeakMap<Command, Entry>();

  constructor(later: (delayUs: number, callback: () => void) => Entry) {
    this.#later = later;
  }

  /** The time counts from when the command was first asked for; what happens when it is over is what was said last. */
  set(command: Command, limitMs: number | undefined, onTimeout: () => void): void {
    if (limitMs === undefined) return;
    const known = this.#timeouts.get(command);
    if (known === undefined) this.#timeouts.set(command, this.#later(limitMs * 1000, onTimeout));
    else if (known.deliver !== null) known.deliver = onTimeout;
  }

  stop(command: Command): void {
    const timeout = this.#timeouts.get(command);
    if (timeout !== undefined) timeout.deliver = null;
  }
}
