/**
 * The causes of records, for detailed runs: which earlier records led to the code that wrote one.
 *
 * - An event is caused by the code that scheduled it.
 * - A change of a table during an iteration is also caused by what that did when it advanced last.
 * - Code behind an `await` has two causes: the event whose step resolves the promise, and the code
 *   that waits for it.
 *
 * A cause is a position among the records of the run, counted from 0. Code that has written nothing
 * yet passes on what led to it, so steps without a record are left out of chains.
 */
import { promiseHooks } from 'node:v8';
import type { RunRecord } from './record.ts';

/** The positions of the records that caused a record. Empty if none did. */
export type CausesOf = readonly number[];

/** The most records of an iteration that are causes of a change during it. */
const FURTHER_MAX = 5;

/** Means "no record". */
const NONE = -1;

/** The positions of records that code continues, or `NONE`. */
interface Context {
  readonly trigger: number;
  readonly waiter: number;
  readonly last: number;
}

/** The kernel, as far as causes need it. */
interface Steps {
  readonly step: number;
}

export class Causes {
  readonly #steps: Steps;
  readonly #ofRecords: CausesOf[] = [];
  readonly #ofPromises = new WeakMap<object, number>();
  #step = 0;
  /** The record that triggered the running code. */
  #trigger = NONE;
  /** The record that the code which waited continues. */
  #waiter = NONE;
  /** The last record that the running code has written; none if it was entered since. */
  #last = NONE;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  /** By the position of the record. */
  get ofRecords(): readonly CausesOf[] {
    return this.#ofRecords;
  }

  /** Adds the next record, as caused by the code that runs. */
  add(record: RunRecord): void {
    this.#enterStep();
    const position = this.#ofRecords.length;
    const causes = new Set([this.#trigger, this.#waiter]);
    causes.delete(NONE);
    this.#ofRecords.push([...causes]);
    if (isTrigger(record)) this.#trigger = position;
    this.#last = position;
  }

  /** The last record has these as causes, too. */
  also({ from, until }: { readonly from: number; readonly until: number }): void {
    const last = this.#ofRecords.length - 1;
    const end = Math.min(until, last, from + FURTHER_MAX);
    const further = Array.from({ length: Math.max(0, end - from) }, (_, index) => from + index);
    this.#ofRecords[last] = [...new Set([...(this.#ofRecords[last] ?? []), ...further])];
  }

  /** The callback, run as code that is caused by what runs now. */
  follow(callback: () => void): () => void {
    this.#enterStep();
    const trigger = this.#here();
    const waiter = this.#last === NONE ? this.#waiter : NONE;
    return () => {
      this.#enterStep();
      const outer = { trigger: this.#trigger, waiter: this.#waiter, last: this.#last };
      this.#trigger = trigger;
      // A stalled process receives its events within others, which are a cause too.
      this.#waiter = waiter === NONE ? outer.trigger : waiter;
      this.#last = NONE;
      try {
        callback();
      } finally {
        if (outer.trigger !== NONE) this.#resume(outer);
      }
    };
  }

  /**
   * From now on, code behind an `await` is caused by the code that waits.
   * @returns a function that ends this
   */
  followPromises(): () => void {
    const outer: { readonly waiter: number; readonly last: number }[] = [];
    return promiseHooks.createHook({
      init: (promise) => {
        this.#enterStep();
        const here = this.#last === NONE && this.#waiter !== NONE ? this.#waiter : this.#here();
        if (here !== NONE) this.#ofPromises.set(promise, here);
      },
      before: (promise) => {
        this.#enterStep();
        outer.push({ waiter: this.#waiter, last: this.#last });
        this.#waiter = this.#ofPromises.get(promise) ?? NONE;
        this.#last = NONE;
      },
      after: () => {
        const { waiter, last } = outer.pop() ?? { waiter: NONE, last: NONE };
        this.#waiter = waiter;
        this.#last = last;
      },
    }) as () => void;
  }

  #resume({ trigger, waiter, last }: Context): void {
    this.#trigger = trigger;
    this.#waiter = waiter;
    this.#last = last;
  }

  /** The record that the running code continues. */
  #here(): number {
    return this.#last === NONE ? this.#trigger : this.#last;
  }

  /** Forgets the step before. */
  #enterStep(): void {
    if (this.#steps.step === this.#step) return;
    this.#step = this.#steps.step;
    this.#resume({ trigger: NONE, waiter: NONE, last: NONE });
  }
}

/** Whether what follows in the step is a reaction to the record, not a further action. */
function isTrigger(record: RunRecord): boolean {
  switch (record.type) {
    case 'frame':
    case 'http':
      return record.phase !== 'sent';
    case 'command':
      return record.phase !== 'sent';
    case 'timer':
      return record.phase === 'fired';
    case 'operation':
      return record.phase === 'begin';
    case 'probe':
      return false;
    case 'redis':
    case 'node':
    case 'fault':
      return true;
  }
}
