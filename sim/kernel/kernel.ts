/**
 * The kernel: one queue of events, one loop, virtual time.
 *
 * An event is one queue entry, delivered, and all microtasks run to quiescence; that is one step. Nothing but the order of the queue
 * decides what happens next, and time moves only from one entry to the next.
 */
import { canDrain, captureProcess, drainMicrotasks, inMacrotask, macrotask } from './drain.ts';
import { type Domain, type Entry, EventHeap } from './heap.ts';

/** Why the loop ended. `stopped`: somebody called `stop`; `idle`: nothing was left to do; `rejected`: nobody caught a rejection. */
export type LoopEnd =
  | { readonly why: 'stopped' | 'idle' }
  | { readonly why: 'threw' | 'rejected'; readonly domain: Domain; readonly reason: unknown }
  | { readonly why: 'steps' | 'frozen'; readonly limit: number };

export interface KernelOptions {
  /** The run ends when it has taken so many steps. */
  readonly stepsMax: number;
  /** The run ends when virtual time has not moved for so many steps. */
  readonly frozenStepsMax: number;
  /** Of events due at the same moment, the lower priority comes first; all the same when absent. */
  readonly priorityOf?: ((domain: Domain, step: number) => number) | undefined;
  /** Called when a step is quiescent. */
  readonly onQuiescent: () => void;
  /** Told the number of each step before it begins, for those who watch from outside. */
  readonly onStep?: ((step: number) => void) | undefined;
  /** How microtasks are run: from inside the loop, or in turns of their own, which is also what happens where the first fails. */
  readonly drain?: 'inside' | 'turns';
  /** Node warned of what somebody does. */
  readonly onWarning?: (warning: Error) => void;
}

/** Where a step's work belongs: nobody's. */
const IDLE_DOMAIN: Domain = { name: 'simulator', alive: true };

export class Kernel {
  readonly #heap = new EventHeap();
  readonly #options: KernelOptions;
  #ticks: (() => void)[] = [];
  #nextId = 0;
  #nowUs = 0;
  #step = 0;
  #current: Domain = IDLE_DOMAIN;
  #end: LoopEnd | null = null;
  #movedAtStep = 0;
  /** Hash of what caused the current step, where that is known: a client's frame, a timer, a reply. Identities made in it are keyed by it. */
  cause = 0;

  constructor(options: KernelOptions) {
    this.#options = options;
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

  /** Whose code runs. */
  get current(): Domain {
    return this.#current;
  }

  get queued(): number {
    return this.#heap.size;
  }

  /** Enqueues an event `delayUs` (rounded up, at least 0) from now. */
  schedule(delayUs: number, domain: Domain, deliver: () => void, priority?: number): Entry {
    return this.scheduleAt(this.#nowUs + (delayUs > 0 ? Math.ceil(delayUs) : 0), domain, deliver, priority);
  }

  /** Without a priority, the strategy gives one. */
  scheduleAt(
    atUs: number,
    domain: Domain,
    deliver: () => void,
    priority = this.#options.priorityOf?.(domain, this.#step) ?? 0,
  ): Entry {
    const entry: Entry = { atUs: atUs > this.#nowUs ? atUs : this.#nowUs, priority, id: this.#nextId, domain, deliver };
    this.#nextId += 1;
    this.#heap.push(entry);
    return entry;
  }

  /** Runs before the microtasks of the current step; a throw in it ends the run as a crash. */
  nextTick(callback: () => void): void {
    this.#ticks.push(callback);
  }

  /** Ends the loop when the current step is over. */
  stop(): void {
    this.#end ??= { why: 'stopped' };
  }

  /** Ends the loop as a crash of whoever runs. The first reason stands. */
  fail(reason: unknown, why: 'threw' | 'rejected' = 'threw'): void {
    this.#end ??= { why, domain: this.#current, reason };
  }

  /**
   * Runs the loop to its end. Within the loop nothing real happens. `before` and `after` stand around it, in the same macrotask.
   */
  run(around: { before?: () => void; after?: () => void } = {}): Promise<LoopEnd> {
    return new Promise((resolve, reject) => {
      // Not `await macrotask()`: what follows an await is a microtask, inside which microtasks can't be run.
      inMacrotask(() => {
        this.#loop(around).then(resolve, reject);
      });
    });
  }

  /** Synchronous up to its end, but for the fallback. To be called in a macrotask. */
  async #loop(around: { before?: () => void; after?: () => void }): Promise<LoopEnd> {
    const release = captureProcess(
      {
        onThrown: (reason) => this.fail(reason),
        onRejection: (reason) => this.fail(reason, 'rejected'),
        onWarning: (warning) => this.#options.onWarning?.(warning),
      },
      (callback, ...values) => this.nextTick(() => callback(...values)),
    );
    try {
      around.before?.();
      if (this.#options.drain !== 'turns' && canDrain()) {
        while (this.#advance()) this.#drain(drainMicrotasks);
      } else {
        await this.#runInTurns();
      }
    } finally {
      release();
      around.after?.();
    }
    return this.#end ?? { why: 'idle' };
  }

  /** The fallback where microtasks can't be run from inside: slower by a factor of ten, and the outside gets in between. */
  async #runInTurns(): Promise<void> {
    while (this.#advance()) {
      do {
        this.#runTicks();
        await macrotask();
      } while (this.#ticks.length > 0);
      this.#settle();
    }
  }

  /** Delivers the next event; false when there is none, or the loop has ended. */
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
      this.#ticks = [];
      for (const tick of ticks) {
        try {
          tick();
        } catch (reason) {
          this.fail(reason);
        }
      }
    }
  }

  #settle(): void {
    this.#options.onQuiescent();
    this.#current = IDLE_DOMAIN;
    this.cause = 0;
  }
}
