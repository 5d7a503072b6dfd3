/**
 * A timer of a life: due at its time or later, and later still when the machine has too little processor then, or when one that is due before it
 * is late.
 */
import type { Entry } from '../kernel/heap.ts';
import type { TimerFace, WorkTag } from './faces.ts';
import type { Life, LifeParts } from './life.ts';
import type { QueuedTimer, TimerQueue } from './timer-queue.ts';

/** A timer that has been started and has neither fired nor been cancelled. */
export interface OpenTimer extends WorkTag {
  readonly startedAtMs: number;
}

export interface TimerWork {
  readonly delayMs: number;
  /** What its firing leads to is keyed by this. */
  readonly cause: number;
  readonly fire: () => void;
  /** The choice that says how much a fault delays it; null for what no fault delays. */
  readonly chooseLateness: (() => number) | null;
}

export class LifeTimer implements OpenTimer, TimerFace, QueuedTimer {
  readonly label: string;
  readonly owner: string;
  readonly startedAtMs: number;
  readonly atUs: number;
  readonly priority = 0;
  readonly id: number;
  readonly domain: Life;
  deliver: (() => void) | null;
  isReady = false;
  readonly #parts: Pick<LifeParts, 'kernel' | 'recorder' | 'conditions'>;
  readonly #queue: TimerQueue;
  readonly #work: TimerWork;
  #entry: Entry | null = null;
  #isPostponed = false;

  constructor(
    life: Life,
    parts: Pick<LifeParts, 'kernel' | 'recorder' | 'conditions'>,
    queue: TimerQueue,
    { label, owner }: WorkTag,
    work: TimerWork,
  ) {
    this.domain = life;
    this.#parts = parts;
    this.#queue = queue;
    this.#work = work;
    this.label = label;
    this.owner = owner;
    this.startedAtMs = parts.kernel.nowMs;
    this.atUs = parts.kernel.nowUs + Math.ceil(work.delayMs * 1000);
    this.id = queue.nextId();
    this.deliver = this.#fire;
  }

  start(lateMs: number): void {
    this.domain.timers.add(this);
    this.#parts.recorder.timer(this.domain.nodeName, this.label, this.owner, 'started');
    this.#queue.add(this);
    this.#wait(this.#work.delayMs + lateMs);
  }

  /** Does nothing once the timer has fired or was cancelled. */
  cancel(): void {
    if (this.deliver === null) return;
    this.#queue.cancel(this);
    this.domain.timers.delete(this);
    if (this.#entry !== null) {
      this.#entry.deliver = null;
      this.domain.timerEntries.delete(this.#entry);
    }
    this.#parts.recorder.timer(this.domain.nodeName, this.label, this.owner, 'cancelled');
  }

  #wait(delayMs: number): void {
    this.#entry = this.#parts.kernel.schedule(delayMs * 1000, this.domain, this.#due);
    this.domain.timerEntries.add(this.#entry);
  }

  readonly #due = (): void => {
    if (this.#entry !== null) this.domain.timerEntries.delete(this.#entry);
    const { chooseLateness } = this.#work;
    if (!this.#isPostponed && chooseLateness !== null) {
      const moreMs = this.#parts.conditions.timerLateMs(this.domain.nodeName, chooseLateness);
      if (moreMs > 0) {
        this.#isPostponed = true;
        this.#wait(moreMs);
        return;
      }
    }
    this.#queue.ready(this);
  };

  readonly #fire = (): void => {
    const { kernel, recorder } = this.#parts;
    this.domain.timers.delete(this);
    recorder.timer(this.domain.nodeName, this.label, this.owner, 'fired');
    kernel.cause = this.#work.cause;
    this.#work.fire();
  };
}
