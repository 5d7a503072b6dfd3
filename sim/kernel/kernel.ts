/**
 * The kernel: one queue of events, one loop, virtual time.
 *
 * A step delivers one entry of the queue, then runs all microtasks to quiescence. Only the order of
 * the queue decides what happens next, and time moves only from one entry to the next.
 */
import { Causes } from './causes.ts';
import { followPromises } from './connections.ts';
import { canDrain, captureProcess, drainMicrotasks, inMacrotask, macrotask } from './drain.ts';
import { type Domain, type Entry, EventHeap } from './heap.ts';
import type { KernelOptions, LoopEnd } from './kernel-options.ts';

/** The current domain between two steps. */
const IDLE_DOMAIN: Domain = { name: 'simulator', alive: true };

export class Kernel {
  readonly #heap = new EventHeap();
  readonly #options: KernelOptions;
  #ticks: (() => void)[] = [];
  #unfollow: (() => void) | null = null;
  #nextId = 0;
  #nowUs = 0;
  #step = 0;
  #current: Domain = IDLE_DOMAIN;
  #end: LoopEnd | null = null;
  #movedAtStep = 0;
  #isSilent = false;
  /**
   * Hash of the cause of the current step: a client's frame, a timer, a reply; 0 if it has none.
   * Identities that are made in the step are keyed by it.
   */
  cause = 0;
  /**
   * The connection of a client whose frame, request or end led to the current step, directly or by
   * timers and replies of Redis; empty if none did.
   */
  connection = '';
  /** Null unless the options ask for them. */
  readonly causes: Causes | null;

  constructor(options: KernelOptions) {
    this.#options = options;
    this.causes = options.keepsCauses === true ? new Causes(this) : null;
  }

  /** Virtual time since the start of the run. An integer. */
  get nowUs(): number {
    return this.#nowUs;
  }

  get nowMs(): number {
    return this.#nowUs / 1000;
  }

  get step(): number {
    return this.#step;
  }

  /** The domain whose code runs. */
  get current(): Domain {
    return this.#current;
  }

  /** The rest of the step is code of `domain`. */
  enter(domain: Domain): void {
    this.#current = domain;
  }

  /** True from `silence` to the end of the step. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  get queued(): number {
    return this.#heap.size;
  }

  /** Enqueues an event at `delayUs` from now, rounded up and at least 0. */
  schedule(delayUs: number, domain: Domain, deliver: () => void, priority?: number): Entry {
    return this.scheduleAt(this.#nowUs + (delayUs > 0 ? Math.ceil(delayUs) : 0), domain, deliver, priority);
  }

  /** The strategy sets the priority unless one is given. */
  scheduleAt(
    atUs: number,
    domain: Domain,
    deliver: () => void,
    priority = this.#options.priorityOf?.(domain, this.#step, this.#nowUs) ?? 0,
  ): Entry {
    const entry: Entry = {
      atUs: atUs > this.#nowUs ? atUs : this.#nowUs,
      priority,
      id: this.#nextId,
      domain,
      deliver: this.causes === null ? deliver : this.causes.follow(deliver),
    };
    if (this.#isSilent) {
      entry.deliver = null;
      return entry;
    }
    this.#nextId += 1;
    this.#heap.push(entry);
    return entry;
  }

  /**
   * The callback of an event that is not an entry of its queue: it runs within another event. Where
   * causes are kept, it is caused by the code that runs now.
   */
  follow(callback: () => void): () => void {
    return this.causes === null ? callback : this.causes.follow(callback);
  }

  /**
   * Enqueues a callback before the microtasks of the current step. If it throws, the run ends as a
   * crash.
   */
  nextTick(callback: () => void): void {
    const { connection } = this;
    const followed = this.follow(callback);
    if (connection === '') {
      this.#ticks.push(followed);
      return;
    }
    this.#ticks.push(() => {
      this.connection = connection;
      followed();
    });
  }

  /**
   * From now on, code behind an `await` has the connection that led to the `await`. Only systems
   * need it whose timers show the connection: it made runs of the gateway 7 % slower.
   */
  followPromises(): void {
    this.#unfollow ??= followPromises(this);
  }

  /**
   * Takes the effect from all code that still runs in this step: nothing that it schedules is
   * enqueued, and its errors don't count. For a process that has ended in the middle of a step.
   */
  silence(): void {
    this.#isSilent = true;
  }

  /** Ends the loop when the current step is over. */
  stop(): void {
    this.#end ??= { why: 'stopped' };
  }

  /**
   * Ends the loop as a crash of the current domain, unless the domain takes the error. Only the
   * first reason counts.
   */
  fail(reason: unknown, why: 'threw' | 'rejected' = 'threw', promise?: unknown): void {
    if (this.#end !== null || this.#isSilent) return;
    if (this.#current.reports?.uncaught(reason, why, promise) === true) return;
    this.#end ??= { why, domain: this.#current, reason };
  }

  /**
   * Runs the loop to its end. No real I/O and no real timer run within it. `before` and `after` are
   * called around it, in the same macrotask.
   */
  run(around: { before?: () => void; after?: () => void } = {}): Promise<LoopEnd> {
    return new Promise((resolve, reject) => {
      // Not `await macrotask()`: what follows an await is a microtask, inside which microtasks
      // can't be run.
      inMacrotask(() => {
        this.#loop(around).then(resolve, reject);
      });
    });
  }

  /** Synchronous, except in the fallback. Must be called in a macrotask. */
  async #loop(around: { before?: () => void; after?: () => void }): Promise<LoopEnd> {
    const release = captureProcess(
      {
        onThrown: (reason) => this.fail(reason),
        onRejection: (reason, promise) => this.fail(reason, 'rejected', promise),
        onRejectionHandled: (promise) => this.#current.reports?.rejectionHandled(promise),
        onWarning: (warning) => {
          this.#options.onWarning?.(warning);
          this.#current.reports?.warning(warning);
        },
      },
      (callback, ...values) => this.nextTick(() => callback(...values)),
    );
    const unfollowCauses = this.causes?.followPromises();
    try {
      around.before?.();
      if (this.#options.drain !== 'turns' && canDrain()) {
        while (this.#advance()) this.#drain(drainMicrotasks);
      } else {
        await this.#runInTurns();
      }
    } finally {
      this.#unfollow?.();
      this.#unfollow = null;
      unfollowCauses?.();
      release();
      around.after?.();
    }
    return this.#end ?? { why: 'idle' };
  }

  /** The fallback: ten times slower, and code outside the run can interfere between two turns. */
  async #runInTurns(): Promise<void> {
    while (this.#advance()) {
      do {
        this.#runTicks();
        await macrotask();
      } while (this.#ticks.length > 0);
      this.#settle();
    }
  }

  /** Delivers the next event. False if the queue is empty or the loop has ended. */
  #advance(): boolean {
    if (this.#end !== null) return false;
    for (;;) {
      const entry = this.#heap.pop();
      if (entry === undefined) return false;
      const deliver = entry.deliver;
      if (deliver === null || !entry.domain.alive || entry.domain.holds?.(entry) === true) continue;
      if (!this.#count(entry.atUs)) return false;
      entry.deliver = null;
      this.#current = entry.domain;
      try {
        deliver();
      } catch (reason) {
        this.fail(reason);
      }
      return true;
    }
  }

  #count(atUs: number): boolean {
    const { stepsMax, frozenStepsMax } = this.#options;
    if (atUs > this.#nowUs) {
      this.#nowUs = atUs;
      this.#movedAtStep = this.#step;
    } else if (this.#step - this.#movedAtStep >= frozenStepsMax) {
      this.#end = { why: 'frozen', limit: frozenStepsMax };
      return false;
    }
    if (this.#step >= stepsMax) {
      this.#end = { why: 'steps', limit: stepsMax };
      return false;
    }
    this.#step += 1;
    this.#options.onStep?.(this.#step);
    return true;
  }

  #drain(runMicrotasks: () => void): void {
    do {
      if (this.#ticks.length > 0) this.#runTicks();
      runMicrotasks();
    } while (this.#ticks.length > 0);
    this.#settle();
  }

  #runTicks(): void {
    while (this.#ticks.length > 0) {
      const ticks = this.#ticks;
      const { connection } = this;
      this.#ticks = [];
      for (const tick of ticks) {
        try {
          tick();
        } catch (reason) {
          this.fail(reason);
        }
        this.connection = connection;
      }
    }
  }

  #settle(): void {
    this.#isSilent = false;
    this.#options.onQuiescent();
    this.#current = IDLE_DOMAIN;
    this.cause = 0;
    this.connection = '';
  }
}
