/**
 * A timer of a life: due at its time or later, and later still when the machine has too little processor then.
 */
import type { Entry } from '../kernel/heap.ts';
import type { TimerFace, WorkTag } from './faces.ts';
import type { Life, LifeParts } from './life.ts';

/** A timer that has been started and has neither fired nor been cancelled. */
export interface OpenTimer extends WorkTag {
  readonly startedAtMs: number;
}

export class LifeTimer implements OpenTimer, TimerFace {
  readonly label: string;
  readonly owner: string;
  readonly startedAtMs: number;
  readonly #life: Life;
  readonly #parts: Pick<LifeParts, 'kernel' | 'recorder' | 'conditions'>;
  readonly #work: { readonly fraction: number; readonly cause: number; readonly fire: () => void };
  #entry: Entry | null = null;
  #isPostponed = false;

  /** `fraction` is the choice that decides how late the timer is; what its firing leads to is keyed by `cause`. */
  constructor(
    life: Life,
    parts: Pick<LifeParts, 'kernel' | 'recorder' | 'conditions'>,
    { label, owner }: WorkTag,
    work: { readonly fraction: number; readonly cause: number; readonly fire: () => void },
  ) {
    this.#life = life;
    this.#parts = parts;
    this.#work = work;
    this.label = label;
    this.owner = owner;
    this.startedAtMs = parts.kernel.nowMs;
  }

  start(delayMs: number): void {
    this.#life.timers.add(this);
    this.#parts.recorder.timer(this.#life.nodeName, this.label, this.owner, 'started');
    this.#wait(delayMs);
  }

  /** Does nothing once the timer has fired or was cancelled. */
  cancel(): void {
    const entry = this.#entry;
    if (entry === null || entry.deliver === null) return;
    entry.deliver = null;
    this.#life.timers.delete(this);
    this.#life.timerEntries.delete(entry);
    this.#parts.recorder.timer(this.#life.nodeName, this.label, this.owner, 'cancelled');
  }

  #wait(delayMs: number): void {
    this.#entry = this.#parts.kernel.schedule(delayMs * 1000, this.#life, this.#due);
    this.#life.timerEntries.add(this.#entry);
  }

  readonly #due = (): void => {
    const life = this.#life;
    if (this.#entry !== null) life.timerEntries.delete(this.#entry);
    const { kernel, recorder, conditions } = this.#parts;
    const { fraction, cause, fire } = this.#work;
    const moreMs = this.#isPostponed ? 0 : conditions.timerLateMs(life.nodeName, fraction);
    if (moreMs > 0) {
      this.#isPostponed = true;
      this.#wait(moreMs);
      return;
    }
    life.timers.delete(this);
    recorder.timer(life.nodeName, this.label, this.owner, 'fired');
    kernel.cause = cause;
    fire();
  };
}
