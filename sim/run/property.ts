/**
 * Properties: promises that hold in every run, and how they are judged.
 *
 * A property compares evidence (what the simulator sees by itself) with testimony (what the system tells), or evidence with evidence. It never
 * touches objects of the system. Its work is constant on average for each record: anything else makes runs with thousands of clients impossible.
 */
import type { RunRecord } from '../kernel/record.ts';
import type { Ledger } from '../world/ledger.ts';

export const PROPERTY_KINDS = ['always', 'eventually', 'sometimes'] as const;

/** `Configuration`: the type that its checker needs; a property that needs none fits every scenario. */
export interface Property<Configuration = unknown> {
  readonly id: string;
  /** One sentence: what is promised. */
  readonly description: string;
  /** The risk it guards against, by the project's own name. */
  readonly risk?: string | undefined;
  /**
   * always: `quiescent` is called at each quiescent step. eventually: from the moment on at which all must have settled after the heal.
   * sometimes: nothing is promised; its marks show which interesting states the runs reach.
   */
  readonly kind: (typeof PROPERTY_KINDS)[number];
  /** Names of the marks that its judges may reach. One that a campaign never reaches shows what is not tested. */
  readonly marks?: readonly string[];
  /** A fresh judge, for one run. */
  checker(view: CheckerView<Configuration>): Checker;
}

/** What is told each record, and can be asked what they mean together. */
export interface RecordView {
  /** The types of records that `observe` is told; all when absent. Read once, when a run begins. */
  readonly observes?: readonly RunRecord['type'][];
  observe(record: RunRecord): void;
}

export interface Checker extends RecordView {
  /** The step is over and nothing is left to run in it. */
  quiescent?(): void;
  /** The run is over: everybody has left, and all has settled. */
  end?(): void;
}

export interface Finding {
  /** What was hurt, in words that stay the same from seed to seed: part of the violation's signature. */
  readonly subject: string;
  /** What happened, in words for a person. */
  readonly text: string;
}

/** What a judge can see and say. */
export interface CheckerView<Configuration = unknown> {
  readonly ledger: Ledger;
  /** The scenario's. */
  readonly configuration: Configuration;
  readonly nowMs: number;
  /** Counts one check. When it doesn't hold, the run ends with this property's violation. */
  check(holds: boolean, finding: () => Finding): void;
  /**
   * A look at the records that the judges of a run share: made by the first that asks, and told each record before all judges. Asked for
   * when a judge is made.
   */
  shared<View extends RecordView>(make: () => View): View;
  /** A mark was reached. Throws when the property has no such mark. */
  mark(name: string): void;
}

export interface Violation extends Finding {
  readonly property: string;
  /** Null for a property that names none. */
  readonly risk: string | null;
  readonly step: number;
  readonly atMs: number;
  /** The same for failures of one cause: property and what was hurt. */
  readonly signature: string;
}
