/**
 * A timer of a process. It fires at its due time or later, even later while the machine lacks CPU
 * time, and after all timers that are due before it.
 */
import type { Domain, Entry } from '../kernel/heap.ts';
import type { Timer, WorkTag } from '../system/types.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { PlacedText } from '../kernel/placed-text.ts';
import type { Recorder } from '../kernel/recorder.ts';
import type { QueuedTimer, TimerQueue } from './timer-queue.ts';

/** A started timer that has neither fired nor been cancelled. */
export interface OpenTimer extends WorkTag {
  readonly startedAtMs: number;
  readonly dueAtMs: number;
}

export interface TimerWork {
  readonly delayMs: number;
  /** Choices that follow from the firing are keyed by it. */
  readonly cause: number;
  readonly fire: () => void;
}

/** The process that owns a timer. */
export interface TimerOwner extends Domain {
  readonly nodeName: string;
  readonly timers: Set<OpenTimer>;
  readonly timerEntries: Set<Entry>;
  /** Milliseconds by which a timer that was due at `dueUs` fires later than usual. */
  overloadMs(queue: TimerQueue, dueUs: number): number;
}

interface TimerParts {
  readonly kernel: Kernel;
  readonly recorder: Recorder;
}

export class ProcessTimer implements OpenTimer, Timer, QueuedTimer {
  readonly label: string;
  readonly owner: string;
  readonly place: PlacedText | undefined;
  readonly startedAtMs: number;
  readonly atUs: number;
  readonly priority = 0;
  readonly id: number;
  readonly domain: Domain;
  deliver: (() => void) | null;
  isReady = false;
  readonly #process: TimerOwner;
  readonly #parts: TimerParts;
  readonly #queue: TimerQueue;
  readonly #cause: number;
  /** The connection that led to it, and leads to what it does. */
  readonly #connection: string;
  #entry: Entry | null = null;
  #isPostponed = false;

  constructor(
    process: TimerOwner,
    parts: TimerParts,
    queue: TimerQueue,
    { label, owner, place }: WorkTag,
    work: TimerWork,
  ) {
    const { kernel } = parts;
    this.#process = process;
    this.#parts = parts;
    this.#queue = queue;
    this.#cause = work.cause;
    this.label = label;
    this.owner = owner;
    this.place = place;
    this.#connection = kernel.connection;
    this.startedAtMs = kernel.nowMs;
    this.atUs = kernel.nowUs + Math.ceil(work.delayMs * 1000);
    this.id = queue.nextId();
    this.domain = process;
    this.deliver = work.fire;
  }

  get dueAtMs(): number {
    return this.atUs / 1000;
  }

  start(delayMs: number): void {
    this.#process.timers.add(this);
    this.#parts.recorder.timer(this.#process.nodeName, this, 'started');
    this.#queue.add(this);
    this.#wait(delayMs);
  }

  /** Does nothing if the timer has fired or was cancelled. */
  cancel(): void {
    if (this.deliver === null) return;
    if (this.#entry !== null) {
      this.#entry.deliver = null;
      this.#process.timerEntries.delete(this.#entry);
    }
    this.#process.timers.delete(this);
    this.#queue.cancel(this);
    this.#parts.recorder.timer(this.#process.nodeName, this, 'cancelled');
  }

  /** Called by the queue. */
  fire(): void {
    const { deliver } = this;
    this.deliver = null;
    this.#process.timers.delete(this);
    this.#parts.recorder.timer(this.#process.nodeName, this, 'fired');
    this.#parts.kernel.cause = this.#cause;
    this.#parts.kernel.connection = this.#connection;
    deliver?.();
  }

  #wait(delayMs: number): void {
    this.#entry = this.#parts.kernel.schedule(delayMs * 1000, this.#process, this.#due);
    this.#process.timerEntries.add(this.#entry);
  }

  readonly #due = (): void => {
    if (this.#entry !== null) this.#process.timerEntries.delete(this.#entry);
    const moreMs = this.#isPostponed ? 0 : this.#process.overloadMs(this.#queue, this.atUs);
    if (moreMs > 0) {
      this.#isPostponed = true;
      this.#wait(moreMs);
      return;
    }
    this.#queue.ready(this);
  };
}
