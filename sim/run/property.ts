/**
 * Properties: conditions that must hold in every run, with their checkers.
 *
 * A property compares evidence (what the simulator observes) with testimony (what the system
 * reports), or evidence with evidence. It never touches objects of the system. A checker takes
 * constant time per record on average; otherwise runs with thousands of clients are impossible.
 */
import type { RunRecord } from '../kernel/record.ts';
import type { Ledger } from '../world/ledger.ts';

export const PROPERTY_KINDS = ['always', 'eventually', 'sometimes'] as const;

/** `Configuration`: the type that the checker needs. A property without one fits every scenario. */
export interface Property<Configuration = unknown> {
  /** At most 100 printable ASCII characters. The names of its replay files are derived from it. */
  readonly id: string;
  /** One sentence: what holds. */
  readonly description: string;
  /** The risk it guards against, by the project's own name. */
  readonly risk?: string | undefined;
  /**
   * `always`: `quiescent` is called after each step. `eventually`: only after `settleMs`, when
   * everything must have settled. `sometimes`: nothing has to hold; the marks show which
   * interesting states the runs reach. `observe` and `end` are called for all kinds.
   */
  readonly kind: (typeof PROPERTY_KINDS)[number];
  /**
   * A campaign of at least this number of seeds fails if the property was never judged in it, that
   * is, if its checkers called `check` in no run; `JUDGED_WITHIN_SEEDS` by default. Choose more for
   * a property about rare events, `Infinity` for one that need not be judged. Profiles that leave
   * out faults are exempt.
   */
  readonly judgedWithinSeeds?: number | undefined;
  /** The marks that its checkers may reach. A campaign lists those it never reached. */
  readonly marks?: readonly (string | Mark)[];
  /** Creates a checker for one run. */
  checker(view: CheckerView<Configuration>): Checker;
}

/** A mark that a campaign has to reach. One that need not be reached is only a name. */
export interface Mark {
  readonly name: string;
  /** A campaign of at least this number of seeds fails if it does not reach the mark. */
  readonly withinSeeds: number;
}

/**
 * Of a property that is judged in one seed of ten, one campaign of 50 seeds in 200 sees nothing.
 */
export const JUDGED_WITHIN_SEEDS = 50;

export function nameOfMark(mark: string | Mark): string {
  return typeof mark === 'string' ? mark : mark.name;
}

/** Receives the records of a run and derives a state from them. */
export interface RecordView {
  /** The types of records that `observe` receives; all by default. Read once, when a run begins. */
  readonly observes?: readonly RunRecord['type'][];
  observe(record: RunRecord): void;
}

export interface Checker extends Partial<RecordView> {
  /** The step is over and nothing is left to run in it. */
  quiescent?(): void;
  /** The run is over: all actors have left and the system has settled. */
  end?(): void;
}

export interface Finding {
  /** The kind of problem, in words that are the same for all seeds. Part of the signature. */
  readonly subject: string;
  /** A description of what happened. May contain names and numbers. */
  readonly text: string;
}

/** The interface of a checker to the run. */
export interface CheckerView<Configuration = unknown> {
  readonly ledger: Ledger;
  readonly configuration: Configuration;
  /** Virtual time. */
  readonly nowMs: number;
  /**
   * Counts one check. If it does not hold, the run ends with a violation of this property. A
   * finding that is only a text has the property's id as its subject; by default the text is the
   * property's description. A function is called only when the check fails.
   */
  check(holds: boolean, finding?: string | (() => Finding | string)): void;
  /**
   * A view of the records that the checkers of a run share. The first caller creates it; it
   * receives each record before the checkers. Call it while a checker is created.
   */
  shared<View extends RecordView>(make: () => View): View;
  /** Counts a mark as reached. Throws if the property has no such mark. */
  mark(name: string): void;
}

export interface Violation extends Finding {
  readonly property: string;
  /** Null for a property without a risk. */
  readonly risk: string | null;
  readonly step: number;
  readonly atMs: number;
  /** Property and subject. Different bugs may have the same signature. */
  readonly signature: string;
}
