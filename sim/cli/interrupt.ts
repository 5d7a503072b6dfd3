/**
 * Ctrl-C: the first finishes current runs, the second stops at once. A reader that closes the pipe
 * has the effect of the first, without a message.
 */

export interface InterruptSource {
  on(event: 'SIGINT', listener: () => void): unknown;
  off(event: 'SIGINT', listener: () => void): unknown;
}

/** npm passes the terminal's signal on, so one Ctrl-C may arrive twice. */
const SAME_PRESS_MS = 100;

export class Interrupt {
  readonly #controller = new AbortController();
  readonly #source: InterruptSource;
  readonly #onSignal: () => void;
  #pressedAtMs: number | null = null;

  constructor(source: InterruptSource, hooks: { nowMs: () => number; onFirst: () => void; onSecond: () => void }) {
    this.#source = source;
    this.#onSignal = () => {
      const nowMs = hooks.nowMs();
      if (this.#pressedAtMs === null) {
        this.#pressedAtMs = nowMs;
        hooks.onFirst();
        this.#controller.abort();
      } else if (nowMs - this.#pressedAtMs > SAME_PRESS_MS) hooks.onSecond();
    };
    source.on('SIGINT', this.#onSignal);
  }

  /** Aborted when no further run may begin. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True after a Ctrl-C. */
  get pressed(): boolean {
    return this.#pressedAtMs !== null;
  }

  /** For output that has no reader left. */
  stopSilently(): void {
    this.#controller.abort();
  }

  dispose(): void {
    this.#source.off('SIGINT', this.#onSignal);
  }
}
