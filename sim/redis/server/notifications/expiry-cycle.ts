/**
 * Removes expired keys that no command looks at, so that their expiry is published. A real server
 * does it ten times a second; the simulated one does it at full tenths of a second of wall time,
 * and only while notifications of expiry are on.
 */
import type { Entry } from '../../../kernel/heap.ts';
import type { RedisEngine } from '../engine.ts';

const PERIOD_MS = 100;

export class ExpiryCycle {
  readonly #engine: RedisEngine;
  readonly #schedule: (delayMs: number, callback: () => void) => Entry;
  #next: { readonly atMs: number; readonly entry: Entry } | null = null;

  constructor(engine: RedisEngine, schedule: (delayMs: number, callback: () => void) => Entry) {
    this.#engine = engine;
    this.#schedule = schedule;
  }

  /** A run begins. */
  begin(): void {
    this.#next = null;
  }

  /** A key expires at this wall time. */
  onExpiry(expiresAtMs: number): void {
    if (!this.#engine.watchesExpiry) return;
    const { nowMs } = this.#engine;
    // A key is there in the millisecond of its expiry.
    const atMs = (Math.floor(Math.max(expiresAtMs, nowMs) / PERIOD_MS) + 1) * PERIOD_MS;
    if (this.#next !== null && this.#next.atMs <= atMs) return;
    if (this.#next !== null) this.#next.entry.deliver = null;
    this.#next = { atMs, entry: this.#schedule(Math.max(1, Math.ceil(atMs - nowMs)), () => this.#run()) };
  }

  /** The settings or all keys have changed. */
  plan(): void {
    const next = this.#engine.watchesExpiry ? this.#engine.nextExpiryMs : null;
    if (next !== null) this.onExpiry(next);
  }

  #run(): void {
    this.#next = null;
    if (this.#engine.watchesExpiry) this.#engine.expire();
    this.plan();
  }
}
