/** Looks for the run nearest to a failing one that passes. */
import type { Scripts } from '../../plan/script.ts';
import type { Failure } from '../../run/run-verdict.ts';
import { firstDifference } from '../first-difference.ts';
import type { RunJob, RunReport } from '../job.ts';
import type { Bundle, JobRunner } from '../job-runner.ts';
import type { Candidate } from '../shrink-failure.ts';
import { CHANGE_KINDS, type ChangeKind, type Changed, changesOf } from './changes.ts';

export interface PassingRun extends Changed {
  /** Detailed. */
  readonly report: RunReport;
  /** The position of the first record that differs, random ids aside. */
  readonly index: number;
}

export interface PassingSearch {
  readonly failing: Candidate & { readonly report: RunReport; readonly failure: Failure };
  readonly scripts: Scripts;
  readonly stepsMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How far to look. */
export interface PassingLimits {
  /** In the order in which they are tried. */
  readonly kinds: readonly ChangeKind[];
  /** The most changes of one kind that are tried. */
  readonly triesMax: number;
  /** The most steps of all runs together. No limit by default. */
  readonly stepsMax?: number | undefined;
}

const FAR: PassingLimits = { kinds: CHANGE_KINDS, triesMax: 150 };

/** Of those that pass, the number that are compared with the failing run. */
const COMPARED_MAX = 5;

/**
 * The first kind of change that makes the run pass; of several such changes, the one after which
 * the runs differ last. Null if no change does. A run passes only if the property that failed was
 * judged in it.
 */
export async function findPassingRun(
  runner: JobRunner,
  bundle: Bundle,
  { failing, scripts, stepsMax, signal }: PassingSearch,
  limits: PassingLimits = FAR,
): Promise<PassingRun | null> {
  const { report, failure } = failing;
  const jobOf = ({ plan, choices }: Candidate, detailed: boolean): RunJob => ({
    kind: 'run',
    seed: plan.seed,
    plan,
    choices,
    detailed,
    freshModules: true,
    stepsMax,
  });
  let stepsLeft = limits.stepsMax ?? Infinity;
  const run = async (changed: Changed, detailed: boolean): Promise<RunReport> => {
    const ended = await runner.run(bundle, jobOf(changed, detailed));
    stepsLeft -= ended.steps;
    return ended;
  };
  for (const kind of limits.kinds) {
    let nearest: PassingRun | null = null;
    let tries = 0;
    let compared = 0;
    for (const changed of changesOf(kind, failing, report.choices ?? {}, scripts)) {
      tries += 1;
      if (tries > limits.triesMax || compared >= COMPARED_MAX || stepsLeft <= 0 || signal?.aborted === true) break;
      if (!passes(await run(changed, false), failure)) continue;
      compared += 1;
      const passing = await run(changed, true);
      const difference = firstDifference(report.records ?? [], passing.records ?? [], { exceptIds: true });
      const index = difference?.index ?? 0;
      if (nearest === null || index > nearest.index) nearest = { ...changed, report: passing, index };
    }
    if (nearest !== null) return nearest;
  }
  return null;
}

/** Whether nothing failed, and the property that failed before was judged. */
export function passes(report: Pick<RunReport, 'failure' | 'checked'>, failure: Failure): boolean {
  if (report.failure !== null) return false;
  return failure.verdict !== 'violation' || (report.checked[failure.property] ?? 0) > 0;
}
