/**
 * Listeners of the AbortSignals that a process creates while it starts, such as the one that its
 * shutdown aborts: they live as long as the process. Others may become garbage with all their
 * listeners, and only the engine's collector knows when, so they are not counted.
 */
import { isFinalized } from '../ambient/memory.ts';

/** Listeners that a process has for one event of one emitter. */
export interface ListenerCount {
  /**
   * `process`, `node-1.1.redis-1`, `AbortSignal-1`, or the class of an emitter that Node warned of.
   */
  readonly on: string;
  readonly event: string;
  readonly listeners: number;
}

/** A listener of an EventTarget, as Node keeps it. */
interface Listener {
  /** Absent in the root of the list. */
  readonly listener?: unknown;
  readonly next?: Listener;
  /** Removed when an object is collected: the target of `addEventListener(…, { signal })`. */
  readonly weak?: boolean;
}

/** Until this time after it is ready, a process still starts: code behind `await listen()` runs. */
const STARTING_MS = 100;

/** Where Node keeps the lists of listeners, by type. */
const EVENTS = Object.getOwnPropertySymbols(new EventTarget()).find(({ description }) => description === 'kEvents');

/** Number of listeners for `abort` that stay until they are removed or the signal is aborted. */
function listenersOf(signal: AbortSignal): number {
  if (signal.aborted || EVENTS === undefined) return 0;
  const lists = (signal as unknown as Record<symbol, ReadonlyMap<string, Listener>>)[EVENTS];
  let count = 0;
  for (let at = lists?.get('abort')?.next; at?.listener !== undefined; at = at.next)
    if (at.weak !== true && !isFinalized(at.listener)) count += 1;
  return count;
}

/** When a signal is created, and the connection that led to it: fields of the kernel. */
interface Moment {
  readonly connection: string;
  readonly nowMs: number;
}

export class WatchedSignals {
  /** When the process was ready for clients; null until then. */
  readyAtMs: number | null = null;
  readonly #signals: AbortSignal[] = [];

  created(signal: AbortSignal, { connection, nowMs }: Moment): void {
    if (connection === '' && nowMs - (this.readyAtMs ?? nowMs) <= STARTING_MS) this.#signals.push(signal);
  }

  /** Those that have listeners, named in the order of their creation: `AbortSignal-1`. */
  counts(): readonly ListenerCount[] {
    return this.#signals
      .map((signal, index) => ({ on: `AbortSignal-${index + 1}`, event: 'abort', listeners: listenersOf(signal) }))
      .filter(({ listeners }) => listeners > 0);
  }
}
