/** Looks for the run nearest to a failing one that passes. */
import type { Scripts } from '../../plan/script.ts';
import type { Failure } from '../../run/run-verdict.ts';
import { firstDifference } from '../first-difference.ts';
import type { RunJob, RunReport } from '../job.ts';
import type { Bundle, JobRunner } from '../job-runner.ts';
import type { Candidate } from '../shrink-failure.ts';
import { CHANGE_KINDS, type Changed, changesOf } from './changes.ts';

export interface PassingRun extends Changed {
  /** Detailed. */
  readonly report: RunReport;
  /** The position of the first record that differs. */
  readonly index: number;
}

export interface PassingSearch {
  readonly failing: Candidate & { readonly report: RunReport; readonly failure: Failure };
  readonly scripts: Scripts;
  readonly stepsMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The most changes of one kind that are tried. */
const TRIES_MAX = 150;

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
  for (const kind of CHANGE_KINDS) {
    let nearest: PassingRun | null = null;
    let tries = 0;
    let compared = 0;
    for (const changed of changesOf(kind, failing, report.choices ?? {}, scripts)) {
      tries += 1;
      if (tries > TRIES_MAX || compared >= COMPARED_MAX || signal?.aborted === true) break;
      if (!passes(await runner.run(bundle, jobOf(changed, false)), failure)) continue;
      compared += 1;
      const passing = await runner.run(bundle, jobOf(changed, true));
      const difference = firstDifference(report.records ?? [], passing.records ?? []);
      const index = difference?.index ?? 0;
      if (nearest === null || index > nearest.index) nearest = { ...changed, report: passing, index };
    }
    if (nearest !== null) return nearest;
  }
  return null;
}

function passes(report: RunReport, failure: Failure): boolean {
  if (report.failure !== null) return false;
  return failure.verdict !== 'violation' || (report.checked[failure.property] ?? 0) > 0;
}
