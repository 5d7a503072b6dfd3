/**
 * The data of a page: one or several runs of a replay, as JSON. Node writes it, the page's code
 * reads it.
 */
import type { Printed } from '../kernel/recorder.ts';
import type { PackedRecords } from './packed-records.ts';

export interface PageData {
  /** What failed: the id of a property, or a verdict such as `crash`. */
  readonly name: string;
  /** The verdict of the replay, such as `exact`. */
  readonly verdict: string;
  /** Names and values for the head of the page, such as the seed. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Runs the replay again when pasted. */
  readonly command: string;
  /** The first one is the replay's. */
  readonly runs: readonly PageRun[];
  /** What the page lacks, in sentences. */
  readonly notes: readonly string[];
}

/** `replay`: the run of the replay. `original`: before it was shrunk. `passing`: of `--diff`. */
export type RunName = 'replay' | 'original' | 'passing';

/** A value of the system that a step changed; null where it did not exist. */
export type PageChange = readonly [step: number, path: string, before: string | null, after: string | null];

export interface PageRun {
  readonly name: RunName;
  /** On the button that shows it. */
  readonly title: string;
  /** In one sentence, what the run is. */
  readonly about: string;
  /** How it ended: the text of the failure, or that everything held. */
  readonly end: string;
  readonly hasFailed: boolean;
  /** Number of records of the run. The file may have fewer. */
  readonly total: number;
  readonly records: PackedRecords;
  /** The number of each record in its run, counted from 1. Null if none was cut. */
  readonly numbers: readonly number[] | null;
  /** Of each record, how many records before it its causes are. */
  readonly causes: readonly (readonly number[])[];
  /** The records with which the run failed, or that were asked for, by position in the file. */
  readonly roots: readonly number[];
  /** What led to the failure, as `--why` lists it. Null if the page opens at the end of the run. */
  readonly led: readonly number[] | null;
  /** Where code is, by position: `join in src/rooms.ts:38`. */
  readonly places: readonly (readonly [position: number, place: string])[];
  /** Console output. `after` is a number of records in the file. */
  readonly printed: readonly Printed[];
  /** What each step changed, by step. Absent if it was not read. */
  readonly changes?: readonly PageChange[] | undefined;
  /** The first position that differs from the replay's run. Only of `passing`. */
  readonly differsFrom?: number | undefined;
}
