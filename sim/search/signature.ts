/**
 * The failing seeds of one signature: failures of one cause. The first of them is made small at once; the time that is left is given to
 * others, since one that is larger to begin with may become the smallest. One is kept.
 */
import type { Failure } from '../run/run-verdict.ts';
import { confirm, type ExamineOptions, makeSmall, planOfReport, unshrinkable, unshrunk } from './examine.ts';
import { type Finding, isSmaller } from './finding.ts';
import type { RunReport, Sizes } from './job.ts';
import type { JobRunner } from './job-runner.ts';
import type { Repeated } from './repeat.ts';

/** A seed that failed, and what its repetition showed when it was not the same. */
export interface FailedRun {
  readonly report: RunReport;
  readonly failure: Failure;
  readonly repeated: Repeated | null;
}

/** So many seeds are made small whatever their size; more only when they are smaller than what is kept, as they are. */
const SEEDS_MAX = 3;

/** Nothing can be smaller. */
const SMALLEST = 1;

export class Signature {
  readonly #waiting: FailedRun[] = [];
  #isBusy = false;
  #examined = 0;
  #spentMs = 0;
  #smallest: Sizes | null = null;

  add(run: FailedRun): void {
    this.#waiting.push(run);
  }

  /** Whether there is something to be done now. `isLate`: nothing is to be done that can be left. */
  isWaiting(options: ExamineOptions, isLate: boolean): boolean {
    if (this.#isBusy) return false;
    if (this.#examined > 0 && (isLate || this.#spentMs >= options.shrinkMs)) this.#waiting.length = 0;
    while (this.#waiting[0] !== undefined && !this.#isPromising(this.#waiting[0])) this.#waiting.shift();
    return this.#waiting.length > 0;
  }

  /** Examines the next seed that waits; null when what comes of it is not smaller than what is known. */
  async examineNext(pool: JobRunner, options: ExamineOptions, nowMs: () => number): Promise<Finding | null> {
    const run = this.#waiting.shift();
    if (run === undefined) return null;
    const startedAtMs = nowMs();
    this.#isBusy = true;
    try {
      const left = { ...options, shrinkMs: Math.max(0, options.shrinkMs - this.#spentMs) };
      return await this.#examine(pool, left, run);
    } finally {
      this.#isBusy = false;
      this.#examined += 1;
      this.#spentMs += nowMs() - startedAtMs;
    }
  }

  async #examine(pool: JobRunner, options: ExamineOptions, run: FailedRun): Promise<Finding | null> {
    const { report, failure, repeated } = run;
    const asItIs =
      repeated === null ? await unshrinkable(pool, options, report, failure) : unrepeatable(repeated, failure);
    if (asItIs !== null) return asItIs;
    const known = this.#smallest;
    const shrunk = await makeSmall(pool, options, report, failure);
    if (known !== null && (shrunk === null || !isSmaller(shrunk.after, known))) return null;
    const finding = await confirm(pool, options, report, failure, shrunk);
    const isSteady = finding.replayed.same === finding.replayed.of;
    if (known !== null && !isSteady) return null;
    // Of what can't be made small, or is not the same twice, one is enough.
    this.#smallest = isSteady ? (shrunk?.after ?? null) : null;
    return known === null ? finding : { ...finding, replaces: true };
  }

  #isPromising({ report, failure, repeated }: FailedRun): boolean {
    if (this.#examined === 0) return true;
    if (this.#smallest === null || repeated !== null || failure.verdict === 'stuck') return false;
    const known = this.#smallest.operations + this.#smallest.faults;
    const isSmall = report.operations + (report.plan?.faults.length ?? 0) < known;
    return known > SMALLEST && (this.#examined < SEEDS_MAX || isSmall);
  }
}

/** A run that is not the same twice can't be made smaller: whether a smaller one fails would be chance. */
function unrepeatable({ report, difference, records }: Repeated, failure: Failure): Finding {
  return { ...unshrunk(report, failure, planOfReport(report)), records, difference };
}
