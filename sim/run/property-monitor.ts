/**
 * The judges of one run, and what they found: the first violation, how often each property was checked, which marks were reached.
 */
import { RECORD_TYPES, type RunRecord } from '../kernel/record.ts';
import { ScenarioError } from '../plan/scenario-error.ts';
import type { Json } from '../system/types.ts';
import type { Ledger } from '../world/ledger.ts';
import type { Finding, Checker, CheckerView, Property, RecordView, Violation } from './property.ts';

interface Moment {
  readonly step: number;
  readonly nowMs: number;
}

export class PropertyMonitor {
  readonly checked = new Map<string, number>();
  readonly marks = new Map<string, number>();
  readonly #shared = new Map<() => RecordView, RecordView>();
  readonly #observers: ReadonlyMap<RunRecord['type'], readonly RecordView[]>;
  readonly #judges: Checker[];
  /** For messages: whose each is. */
  readonly #names: ReadonlyMap<RecordView, string>;
  /** Who is asked now. */
  #asked: RecordView | null = null;
  #quiescent: Checker[];
  readonly #eventually: Checker[];
  readonly #onViolation: (violation: Violation) => void;
  readonly #onFault: (reason: unknown) => void;
  #isBroken = false;

  constructor(
    properties: readonly Property[],
    parts: {
      moment: Moment;
      ledger: Ledger;
      configuration: Json;
      /** Told of the first. */
      onViolation: (violation: Violation) => void;
      /** A judge threw: a fault of the scenario, wherever the record came from that it was looking at. */
      onFault: (reason: unknown) => void;
    },
  ) {
    this.#onViolation = parts.onViolation;
    this.#onFault = parts.onFault;
    const judged = properties.map((property) => ({
      property,
      judge: createChecker(property, this.#view(property, parts)),
    }));
    this.#names = new Map(judged.map(({ property, judge }) => [judge, property.id]));
    const waiting = judged.filter(({ judge }) => judge.quiescent !== undefined);
    this.#judges = judged.map(({ judge }) => judge);
    this.#observers = byType([...this.#shared.values(), ...this.#judges]);
    this.#quiescent = waiting.filter(({ property }) => property.kind !== 'eventually').map(({ judge }) => judge);
    this.#eventually = waiting.filter(({ property }) => property.kind === 'eventually').map(({ judge }) => judge);
  }

  observe(record: RunRecord): void {
    try {
      for (const observer of this.#observers.get(record.type) ?? []) {
        this.#asked = observer;
        observer.observe(record);
      }
    } catch (reason) {
      this.#failed(reason);
    }
  }

  quiescent(): void {
    try {
      for (const judge of this.#quiescent) {
        this.#asked = judge;
        judge.quiescent?.();
      }
    } catch (reason) {
      this.#failed(reason);
    }
  }

  /** Everything must have settled by now: what is promised for then is judged from now on. */
  settled(): void {
    this.#quiescent = [...this.#quiescent, ...this.#eventually];
  }

  end(): void {
    try {
      for (const judge of this.#judges) {
        this.#asked = judge;
        judge.end?.();
      }
    } catch (reason) {
      this.#failed(reason);
    }
  }

  #failed(reason: unknown): void {
    const id = this.#asked === null ? undefined : this.#names.get(this.#asked);
    const who = id === undefined ? 'what judges share' : `the judge of ${id}`;
    this.#onFault(new ScenarioError(id === undefined ? who : `property ${id}`, who, reason));
  }

  #view(property: Property, parts: Pick<CheckerView, 'ledger' | 'configuration'> & { moment: Moment }): CheckerView {
    const { moment, ledger, configuration } = parts;
    const { checked, marks } = this;
    // One that promises nothing has nothing to check.
    if (property.kind !== 'sometimes') checked.set(property.id, 0);
    const own = new Set(property.marks);
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
        if (!holds) report(finding());
      },
      shared: (make) => this.#share(make),
      mark(name) {
        if (!own.has(name)) throw new Error(`property ${property.id} has no mark ${name}`);
        marks.set(name, (marks.get(name) ?? 0) + 1);
      },
    };
  }

  #share<View extends RecordView>(make: () => View): View {
    const made = this.#shared.get(make) ?? make();
    this.#shared.set(make, made);
    // What `make` made is of the type that `make` makes.
    return made as View;
  }

  #report(property: Property, finding: Finding, moment: Moment): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#onViolation({
      ...finding,
      property: property.id,
      risk: property.risk ?? null,
      step: moment.step,
      atMs: moment.nowMs,
      signature: `${property.id}: ${finding.subject}`,
    });
  }
}

/** In the order given: what judges share comes before the judges. */
function byType(observers: readonly RecordView[]): ReadonlyMap<RunRecord['type'], readonly RecordView[]> {
  const told = (type: RunRecord['type']) => observers.filter(({ observes }) => observes?.includes(type) !== false);
  return new Map(RECORD_TYPES.map((type) => [type, told(type)]));
}

function createChecker(property: Property, view: CheckerView): Checker {
  try {
    return property.checker(view);
  } catch (reason) {
    throw new ScenarioError(`property ${property.id}`, `the judge of ${property.id}, made,`, reason);
  }
}
