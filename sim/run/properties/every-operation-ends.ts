/**
 * A ready-made property: no operation of an actor hangs.
 *
 * The simulator always reports an operation that still runs `operationMs` after the faults ended
 * (verdict `no-progress`), but only after the time to settle. This property reports it as soon as
 * its time is up, and its limit can be shorter than the scenario's.
 */
import { splitActor } from '../../plan/plan.ts';
import type { OperationRecord, RunRecord } from '../../kernel/record.ts';
import type { Checker, CheckerView, Property } from '../property.ts';
import type { PropertyOptions } from './create-property.ts';

export interface EveryOperationEndsOptions extends PropertyOptions {
  /** `every-operation-ends` by default. */
  readonly id?: string;
  /**
   * Virtual time within which an operation ends; 10 s by default. Choose less than `settleMs`:
   * after that the run ends with `no-progress`.
   */
  readonly withinMs?: number;
  /**
   * `faults-ended` (the default): the time starts when the operation begins, or when the faults end
   * if that is later. `begin`: the time starts when the operation begins, even during faults.
   */
  readonly countedFrom?: 'faults-ended' | 'begin';
}

const WITHIN_MS = 10_000;

/** Every operation of an actor ends in time, with `ok`, `fail` or `unknown`. */
export function everyOperationEnds(options: EveryOperationEndsOptions = {}): Property {
  const {
    id = 'every-operation-ends',
    withinMs = WITHIN_MS,
    countedFrom = 'faults-ended',
    risk,
    judgedWithinSeeds,
  } = options;
  const since = countedFrom === 'begin' ? 'it began' : 'it began and the faults ended';
  const { description = `Every operation ends within ${withinMs / 1000} s after ${since}.` } = options;
  const checker = (view: CheckerView) => new OperationChecker(view, withinMs, countedFrom === 'begin' ? 0 : null);
  return { id, description, risk, judgedWithinSeeds, kind: 'always', checker };
}

class OperationChecker implements Checker {
  readonly observes = ['operation', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #withinMs: number;
  /** Operations that have not ended, in the order in which they began. */
  readonly #open = new Map<string, OperationRecord>();
  /** Time is counted from here at the earliest; null until the faults have ended. */
  #fromMs: number | null;

  constructor(view: CheckerView, withinMs: number, fromMs: number | null) {
    this.#view = view;
    this.#withinMs = withinMs;
    this.#fromMs = fromMs;
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault') {
      if (record.kind === 'heal') this.#fromMs ??= record.atMs;
      // The simulator's own verdict follows this record.
      if (record.kind === 'settled') this.quiescent();
    } else if (record.type === 'operation') {
      if (record.phase === 'begin') this.#open.set(record.id, record);
      else if (this.#open.delete(record.id)) this.#view.check(true);
    }
  }

  quiescent(): void {
    if (this.#fromMs === null) return;
    // All have the same limit, so the first to begin is the first to be late.
    for (const operation of this.#open.values()) {
      const dueAtMs = Math.max(operation.atMs, this.#fromMs) + this.#withinMs;
      if (dueAtMs > this.#view.nowMs) return;
      this.#open.delete(operation.id);
      this.#view.check(false, () => {
        const { id, actor, name, atMs } = operation;
        return {
          subject: `${splitActor(actor).kind} ${name}`,
          text: `${actor} ${name} (${id}), begun at ${atMs} ms, has not ended by ${dueAtMs} ms`,
        };
      });
    }
  }
}
