/**
 * Removes expired keys that no command looks at, so that their expiry is published, and so that
 * XREADGROUP does not wait for a stream that has expired. A real server does it ten times a second;
 * the simulated one does it at full tenths of a second of wall time, and only while a client could
 * notice.
 */
import type { Entry } from '../../../kernel/heap.ts';
import type { RedisEngine } from '../engine.ts';

const PERIOD_MS = 100;

export interface ExpiryContext {
  schedule(delayMs: number, callback: () => void): Entry;
  /** Whether a command waits for a stream that must be there. */
  awaitsStream(): boolean;
  /** Keys may have become ready. */
  serve(): void;
}

export class ExpiryCycle {
  readonly #engine: RedisEngine;
  readonly #context: ExpiryContext;
  #next: { readonly atMs: number; readonly entry: Entry } | null = null;

  constructor(engine: RedisEngine, context: ExpiryContext) {
    this.#engine = engine;
    this.#context = context;
  }

  /** A run begins. */
  begin(): void {
    this.#next = null;
  }

  get #isNeeded(): boolean {
    return this.#engine.watchesExpiry || this.#context.awaitsStream();
  }

  /** A key expires at this wall time. */
  onExpiry(expiresAtMs: number): void {
    if (!this.#isNeeded) return;
    const { nowMs } = this.#engine;
    // A key is there in the millisecond of its expiry.
    const atMs = (Math.floor(Math.max(expiresAtMs, nowMs) / PERIOD_MS) + 1) * PERIOD_MS;
    if (this.#next !== null && this.#next.atMs <= atMs) return;
    if (this.#next !== null) this.#next.entry.deliver = null;
    this.#next = { atMs, entry: this.#context.schedule(Math.max(1, Math.ceil(atMs - nowMs)), () => this.#run()) };
  }

  /** The settings or all keys have changed, or a command has been blocked. */
  plan(): void {
    const next = this.#isNeeded ? this.#engine.nextExpiryMs : null;
    if (next !== null) this.onExpiry(next);
  }

  #run(): void {
    this.#next = null;
    if (this.#isNeeded) this.#engine.expire();
    this.#context.serve();
    this.plan();
  }
}
