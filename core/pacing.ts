import type { Clock, Timer } from './ports.ts';

export interface PacingParts {
  readonly clock: Clock;
  /** Of the timer. It must outlive it. */
  readonly owner: string;
  /** Prices that had to wait may be sent now. */
  readonly due: () => void;
}

interface Pace {
  readonly intervalMs: number;
  nextAtMs: number;
}

/** How often a client wants prices of its symbols. Has one timer, and only while one waits. */
export class Pacing {
  readonly #parts: PacingParts;
  readonly #paces = new Map<string, Pace>();
  #timer: Timer | null = null;
  #dueAtMs = Number.POSITIVE_INFINITY;

  constructor(parts: PacingParts) {
    this.#parts = parts;
  }

  /** Begins now: a price was sent just before. Without a number, prices never wait. */
  set(symbol: string, maxPerSecond: number | undefined): void {
    if (maxPerSecond === undefined) {
      this.#paces.delete(symbol);
      return;
    }
    const intervalMs = 1000 / maxPerSecond;
    this.#paces.set(symbol, { intervalMs, nextAtMs: this.#parts.clock.monotonicMs() + intervalMs });
  }

  /** Whether a price may be sent. If not, `due` is called as soon as it may. */
  allows(symbol: string): boolean {
    const pace = this.#paces.get(symbol);
    if (pace === undefined || pace.nextAtMs <= this.#parts.clock.monotonicMs()) return true;
    this.#wakeAt(pace.nextAtMs);
    return false;
  }

  sent(symbol: string): void {
    const pace = this.#paces.get(symbol);
    if (pace !== undefined) pace.nextAtMs = this.#parts.clock.monotonicMs() + pace.intervalMs;
  }

  end(): void {
    this.#paces.clear();
    this.#timer?.cancel();
    this.#timer = null;
  }

  #wakeAt(atMs: number): void {
    if (this.#timer !== null && this.#dueAtMs <= atMs) return;
    const { clock, owner, due } = this.#parts;
    this.#timer?.cancel();
    this.#dueAtMs = atMs;
    this.#timer = clock.startTimer({ label: 'pace', owner }, atMs - clock.monotonicMs(), () => {
      this.#timer = null;
      due();
    });
  }
}
