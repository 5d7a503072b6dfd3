/**
 * The long-lived emitters of a process whose listeners the simulator can count: `process`, its
 * clients of Redis (`node.redis()`), the AbortSignals that it creates while it starts, and each
 * emitter and EventTarget that Node warned of. A
 * listener for each connection that is never removed gathers on one of them.
 */
import { EventEmitter, getEventListeners } from 'node:events';
import type { ProcessState } from '../system/process-state.ts';
import { type ListenerCount, WatchedSignals } from './watched-signals.ts';

type Counted = Pick<EventEmitter, 'eventNames' | 'listenerCount'>;

interface Warned {
  readonly emitter: object;
  readonly event: string | symbol;
}

export class WatchedEmitters {
  readonly signals = new WatchedSignals();
  readonly #state: ProcessState;
  /** By name. */
  readonly #clients = new Map<string, Counted & { readonly status: string }>();
  readonly #warned: Warned[] = [];

  constructor(state: ProcessState) {
    this.#state = state;
  }

  addClient(name: string, client: Counted & { readonly status: string }): void {
    this.#clients.set(name, client);
  }

  addWarned(warning: Error): void {
    const { emitter, target, type } = warning as { emitter?: object; target?: object; type?: string | symbol };
    const about = emitter ?? target;
    if (about === undefined || type === undefined || this.#isCounted(about)) return;
    this.#warned.push({ emitter: about, event: type });
  }

  /** In a fixed order. Without clients of Redis that have ended. */
  counts(): readonly ListenerCount[] {
    const { object } = this.#state;
    const counts = object === null ? [] : countsOf('process', object);
    for (const [name, client] of this.#clients) {
      if (client.status === 'end') this.#clients.delete(name);
      else counts.push(...countsOf(name, client));
    }
    counts.push(...this.signals.counts());
    for (const { emitter, event } of this.#warned)
      counts.push({ on: emitter.constructor.name, event: String(event), listeners: listenersOf(emitter, event) });
    return counts;
  }

  #isCounted(emitter: object): boolean {
    return (
      emitter === this.#state.object ||
      [...this.#clients.values()].some((client) => client === emitter) ||
      this.#warned.some((warned) => warned.emitter === emitter)
    );
  }
}

function countsOf(on: string, emitter: Counted): ListenerCount[] {
  return emitter.eventNames().map((event) => ({ on, event: String(event), listeners: emitter.listenerCount(event) }));
}

function listenersOf(emitter: object, event: string | symbol): number {
  return emitter instanceof EventEmitter
    ? emitter.listenerCount(event)
    : getEventListeners(emitter as EventTarget, String(event)).length;
}
