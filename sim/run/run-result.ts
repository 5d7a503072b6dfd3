/** What a run has shown. */
import type { CausesOf } from '../kernel/causes.ts';
import { Digest } from '../kernel/digest.ts';
import type { PathOfRecord, PlaceOfRecord, TextOfRecord } from '../kernel/record-code.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { Printed } from '../kernel/recorder.ts';
import type { Plan } from '../plan/plan.ts';
import type { ScenarioError } from '../plan/scenario-error.ts';
import type { SystemImage } from '../system/image.ts';
import { type Failure, runVerdict } from './run-verdict.ts';
import { NO_USES, type Uses } from './use-counts.ts';

export interface RunResult {
  readonly plan: Plan;
  readonly digest: string;
  readonly codeHash: string;
  readonly steps: number;
  readonly virtualMs: number;
  /** Null if the run passed. */
  readonly failure: Failure | null;
  readonly operations: number;
  /** Number of random values that systems and clients took. */
  readonly randomValues: number;
  readonly uses: Uses;
  /** Effects of faults, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  readonly checked: Readonly<Record<string, number>>;
  readonly marks: Readonly<Record<string, number>>;
  /** Output to the console, when detailed. */
  readonly printed: readonly Printed[];
  /** Places in the code that records name, when detailed. */
  readonly places: readonly PlaceOfRecord[];
  /** The code that wrote records. Empty unless detailed. */
  readonly paths: readonly PathOfRecord[];
  /** What commands said and were answered. Empty unless detailed. */
  readonly texts: readonly TextOfRecord[];
  /** The causes of each record, when detailed. */
  readonly causes: readonly CausesOf[];
  /** All records when detailed, else the last ones. */
  readonly records: readonly RunRecord[];
}

/** The result when the scenario threw before the run began. */
export function notBegun(plan: Plan, { codeHash }: SystemImage, fault: ScenarioError): RunResult {
  const failure = runVerdict({
    end: { why: 'idle' },
    cause: { why: 'fault', reason: fault },
    thrown: null,
    step: 0,
    atMs: 0,
  });
  const nothing = {
    steps: 0,
    virtualMs: 0,
    operations: 0,
    randomValues: 0,
    uses: NO_USES,
    faults: {},
    checked: {},
    marks: {},
    printed: [],
    places: [],
    paths: [],
    texts: [],
    causes: [],
    records: [],
  };
  return { plan, digest: new Digest().toString(), codeHash, failure, ...nothing };
}
