/**
 * Runs the checkers of one run. Collects the first violation, the number of checks of each
 * property, and how often each mark was reached.
 */
import { RECORD_TYPES, type RunRecord } from '../kernel/record.ts';
import { ScenarioError } from '../plan/scenario-error.ts';
import type { Json } from '../system/types.ts';
import type { Ledger } from '../world/ledger.ts';
import {
  type Checker,
  type CheckerView,
  type Finding,
  nameOfMark,
  type Property,
  type RecordView,
  type Violation,
} from './property.ts';

/** A method of a checker or view, bound: a lookup in each step costs more than most calls. */
interface Bound<Parameters extends readonly unknown[]> {
  readonly owner: RecordView | Checker;
  readonly call: (...parameters: Parameters) => void;
}

interface Moment {
  readonly step: number;
  readonly nowMs: number;
}

export class PropertyMonitor {
  readonly checked = new Map<string, number>();
  readonly marks = new Map<string, number>();
  readonly #shared = new Map<() => RecordView, RecordView>();
  readonly #observers: ReadonlyMap<RunRecord['type'], readonly Bound<[RunRecord]>[]>;
  readonly #checkers: readonly Checker[];
  /** Property ids, for error messages. */
  readonly #ids: ReadonlyMap<RecordView | Checker, string>;
  /** The checker or shared view that is being called. */
  #current: RecordView | Checker | null = null;
  #quiescent: readonly Bound<[]>[];
  readonly #eventually: readonly Bound<[]>[];
  readonly #onViolation: (violation: Violation) => void;
  readonly #onFault: (reason: unknown) => void;
  #isBroken = false;

  constructor(
    properties: readonly Property[],
    parts: {
      moment: Moment;
      ledger: Ledger;
      configuration: Json;
      /** Called once, with the first violation. */
      onViolation: (violation: Violation) => void;
      /**
       * Called when a checker threw: an error of the scenario, regardless of the record's source.
       */
      onFault: (reason: unknown) => void;
    },
  ) {
    this.#onViolation = parts.onViolation;
    this.#onFault = parts.onFault;
    const pairs = properties.map((property) => ({
      property,
      checker: createChecker(property, this.#view(property, parts)),
    }));
    this.#ids = new Map(pairs.map(({ property, checker }) => [checker, property.id]));
    this.#checkers = pairs.map(({ checker }) => checker);
    this.#observers = byType([...this.#shared.values(), ...this.#checkers.filter(isObserving)]);
    const waiting = (isEventual: boolean) =>
      pairs
        .filter(({ property }) => (property.kind === 'eventually') === isEventual)
        .flatMap(({ checker: owner }) => {
          const call = owner.quiescent?.bind(owner);
          return call === undefined ? [] : [{ owner, call }];
        });
    this.#quiescent = waiting(false);
    this.#eventually = waiting(true);
  }

  observe(record: RunRecord): void {
    try {
      for (const { owner, call } of this.#observers.get(record.type) ?? []) {
        this.#current = owner;
        call(record);
      }
    } catch (reason) {
      this.#failed(reason);
    }
  }

  quiescent(): void {
    try {
      for (const { owner, call } of this.#quiescent) {
        this.#current = owner;
        call();
      }
    } catch (reason) {
      this.#failed(reason);
    }
  }

  /** The system must have settled: starts checking properties of kind `eventually`. */
  settled(): void {
    this.#quiescent = [...this.#quiescent, ...this.#eventually];
  }

  end(): void {
    try {
      for (const checker of this.#checkers) {
        this.#current = checker;
        checker.end?.();
      }
    } catch (reason) {
      this.#failed(reason);
    }
  }

  #failed(reason: unknown): void {
    const id = this.#current === null ? undefined : this.#ids.get(this.#current);
    const who = id === undefined ? 'a shared view' : `the checker of ${id}`;
    this.#onFault(new ScenarioError(id === undefined ? 'shared view' : `property ${id}`, who, reason));
  }

  #view(property: Property, parts: Pick<CheckerView, 'ledger' | 'configuration'> & { moment: Moment }): CheckerView {
    const { moment, ledger, configuration } = parts;
    const { checked, marks } = this;
    // Properties of kind `sometimes` have no checks.
    if (property.kind !== 'sometimes') checked.set(property.id, 0);
    const own = new Set(property.marks?.map(nameOfMark));
    for (const name of own) marks.set(name, 0);
    const report = (finding: Finding) => this.#report(property, finding, moment);
    return {
      ledger,
      configuration,
      get nowMs() {
        return moment.nowMs;
      },
      check(holds, finding) {
        checked.set(property.id, (checked.get(property.id) ?? 0) + 1);
        if (!holds) report(findingOf(property, finding));
      },
      shared: (make) => this.#share(make),
      mark(name) {
        if (!own.has(name)) throw new Error(`property ${property.id} has no mark ${name}`);
        marks.set(name, (marks.get(name) ?? 0) + 1);
      },
    };
  }

  #share<View extends RecordView>(make: () => View): View {
    const view = this.#shared.get(make) ?? make();
    this.#shared.set(make, view);
    // The map holds under `make` only what `make` returned.
    return view as View;
  }

  #report(property: Property, finding: Finding, moment: Moment): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    const { id, risk } = property;
    const { subject, text } = finding;
    this.#onViolation({
      subject,
      text,
      property: id,
      risk: risk ?? null,
      step: moment.step,
      atMs: moment.nowMs,
      signature: subject === id ? id : `${id}: ${subject}`,
    });
  }
}

/** The text of a check varies from seed to seed, so without a subject the property's id is used. */
function findingOf({ id, description }: Property, finding: Parameters<CheckerView['check']>[1]): Finding {
  const result = typeof finding === 'function' ? finding() : (finding ?? description);
  return typeof result === 'string' ? { subject: id, text: result } : result;
}

function isObserving(checker: Checker): checker is Checker & RecordView {
  return checker.observe !== undefined;
}

/** Keeps the order: shared views come before the checkers that use them. */
function byType(observers: readonly RecordView[]): ReadonlyMap<RunRecord['type'], readonly Bound<[RunRecord]>[]> {
  const of = (type: RunRecord['type']) =>
    observers
      .filter(({ observes }) => observes?.includes(type) !== false)
      .map((owner) => ({ owner, call: owner.observe.bind(owner) }));
  return new Map(RECORD_TYPES.map((type) => [type, of(type)]));
}

function createChecker(property: Property, view: CheckerView): Checker {
  try {
    return property.checker(view);
  } catch (reason) {
    throw new ScenarioError(`property ${property.id}`, `the checker of ${property.id}, created,`, reason);
  }
}
