/**
 * A queue of the failing seeds of one signature. They count as one failure. The first one is shrunk
 * at once. The time that is left goes to others, since a run that starts larger may shrink further.
 * The smallest is kept.
 */
import {
  confirm,
  type ExamineOptions,
  examineStuck,
  type FailedRun,
  planOfReport,
  shrinkRun,
  unshrunk,
} from './examine.ts';
import { type Finding, isSmaller } from './finding.ts';
import type { Sizes } from './job.ts';
import type { JobRunner } from './job-runner.ts';
import type { Repeated } from './repeat.ts';

export interface FailedSeed extends FailedRun {
  /** Set when the repeated run differed from the first one. */
  readonly repeated: Repeated | null;
}

/**
 * Number of seeds that are shrunk whatever their size. Later ones are shrunk only if they start
 * smaller than the kept one.
 */
const SEEDS_MAX = 3;

/** Size of the smallest possible failure, in operations and faults. */
const SMALLEST = 1;

export class FailureGroup {
  readonly #waiting: FailedSeed[] = [];
  #isBusy = false;
  #examined = 0;
  #spentMs = 0;
  #smallest: Sizes | null = null;

  add(failed: FailedSeed): void {
    this.#waiting.push(failed);
  }

  /** Whether a seed should be examined now. Once `isLate`, only a first seed is. */
  isWaiting(shrinkMs: number, isLate: boolean): boolean {
    if (this.#isBusy) return false;
    if (this.#examined > 0 && (isLate || this.#spentMs >= shrinkMs)) this.#waiting.length = 0;
    while (this.#waiting[0] !== undefined && !this.#isPromising(this.#waiting[0])) this.#waiting.shift();
    return this.#waiting.length > 0;
  }

  /** Examines the next waiting seed. Null when the result is not smaller than the kept one. */
  async examineNext(runner: JobRunner, options: ExamineOptions, nowMs: () => number): Promise<Finding | null> {
    const failed = this.#waiting.shift();
    if (failed === undefined) return null;
    const startedAtMs = nowMs();
    this.#isBusy = true;
    try {
      const left = { ...options, shrinkMs: Math.max(0, options.shrinkMs - this.#spentMs) };
      return await this.#examine(runner, left, failed);
    } finally {
      this.#isBusy = false;
      this.#examined += 1;
      this.#spentMs += nowMs() - startedAtMs;
    }
  }

  async #examine(runner: JobRunner, options: ExamineOptions, failed: FailedSeed): Promise<Finding | null> {
    if (failed.repeated !== null) return unrepeatable(failed, failed.repeated);
    if (failed.failure.verdict === 'stuck') return examineStuck(runner, options, failed);
    const kept = this.#smallest;
    const shrunk = await shrinkRun(runner, options, failed);
    if (kept !== null && (shrunk === null || !isSmaller(shrunk.after, kept))) return null;
    const finding = await confirm(runner, options, failed, shrunk);
    const isSteady = finding.replayed.same === finding.replayed.of;
    if (kept !== null && !isSteady) return null;
    // One finding is enough of failures that cannot be shrunk or do not replay.
    this.#smallest = isSteady ? (shrunk?.after ?? null) : null;
    return kept === null ? finding : { ...finding, replaces: true };
  }

  #isPromising({ report, failure, repeated }: FailedSeed): boolean {
    if (this.#examined === 0) return true;
    if (this.#smallest === null || repeated !== null || failure.verdict === 'stuck') return false;
    const kept = this.#smallest.operations + this.#smallest.faults;
    const isSmall = report.operations + (report.plan?.faults.length ?? 0) < kept;
    return kept > SMALLEST && (this.#examined < SEEDS_MAX || isSmall);
  }
}

/**
 * A run that differs when repeated cannot be shrunk: whether a smaller plan fails would be chance.
 */
function unrepeatable({ failure }: FailedSeed, { report, difference, records }: Repeated): Finding {
  return { ...unshrunk({ report, failure }, planOfReport(report)), records, difference };
}
