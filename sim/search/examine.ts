/**
 * Examines a failing run: shrinks it, then replays what is left to confirm it.
 */
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/run-verdict.ts';
import { type CampaignOptions, sizesOf } from './campaign-options.ts';
import type { Finding } from './finding.ts';
import type { RunReport, ShrinkReport } from './job.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import type { Bundle, JobRunner } from './job-runner.ts';
import { JobError } from './worker-pool.ts';

export interface ExamineOptions extends PlanSizes, Pick<CampaignOptions, 'shrinkMs' | 'stepsMax' | 'signal'> {
  readonly bundle: Bundle;
}

export interface FailedRun {
  readonly report: RunReport;
  readonly failure: Failure;
}

/** Number of replays that confirm a failure. */
const REPLAYS = 3;

/** After an abort the caller waits for the end, so shrinking gets little time. */
const SHRINK_MS_AFTER_ABORT = 1000;

/** Shrinks a failure and replays what is left. */
export async function examine(runner: JobRunner, options: ExamineOptions, failed: FailedRun): Promise<Finding> {
  if (failed.failure.verdict === 'stuck') return examineStuck(runner, options, failed);
  return confirm(runner, options, failed, await shrinkRun(runner, options, failed));
}

/** Null when a smaller plan is stuck: its worker was terminated, and no result is left. */
export async function shrinkRun(
  runner: JobRunner,
  { bundle, shrinkMs, stepsMax, signal }: ExamineOptions,
  { report, failure }: FailedRun,
): Promise<ShrinkReport | null> {
  try {
    return await runner.run(bundle, {
      kind: 'shrink',
      plan: planOfReport(report),
      signature: failure.signature,
      failedAtMs: failure.atMs,
      budgetMs: signal.aborted ? Math.min(SHRINK_MS_AFTER_ABORT, shrinkMs) : shrinkMs,
      stepsMax,
    });
  } catch (error) {
    if (error instanceof JobError && error.stuck) return null;
    throw error;
  }
}

/** Replays the shrunk run, or the original one when `shrunk` is null. */
export async function confirm(
  runner: JobRunner,
  { bundle, stepsMax }: ExamineOptions,
  failed: FailedRun,
  shrunk: ShrinkReport | null,
): Promise<Finding> {
  const { report, failure } = failed;
  const { seed } = report;
  const plan = planOfReport(report);
  const smallest = { plan: shrunk?.plan ?? plan, choices: shrunk?.choices ?? {} };
  const replays: RunReport[] = [];
  for (let index = 0; index < REPLAYS; index += 1) {
    // The first one is as in a new worker, so what earlier runs left in packages has no effect.
    const isFirst = index === 0;
    const fresh = { freshModules: true, freshPackages: isFirst };
    replays.push(await runner.run(bundle, { kind: 'run', seed, ...smallest, detailed: isFirst, ...fresh, stepsMax }));
  }
  const [first] = replays;
  // Another result shows that the run does not depend on its seed alone.
  if (first?.failure?.signature !== failure.signature)
    return { ...unshrunk(failed, plan), replayed: { same: 0, of: REPLAYS } };
  return {
    seed,
    original: failure,
    failure: first.failure,
    ...smallest,
    digest: first.digest,
    codeHash: first.codeHash,
    records: first.records ?? [],
    places: first.places ?? [],
    causes: first.causes ?? [],
    shrunk,
    replayed: { same: replays.filter((replay) => replay.digest === first.digest).length, of: REPLAYS },
  };
}

/** The run as its seed generates it, neither shrunk nor replayed. */
export function unshrunk({ report, failure }: FailedRun, plan: Plan): Finding {
  const { seed, digest, codeHash } = report;
  return {
    seed,
    original: failure,
    failure,
    plan,
    choices: {},
    digest,
    codeHash,
    records: [],
    places: [],
    causes: [],
    shrunk: null,
    replayed: { same: 0, of: 0 },
  };
}

/** Throws JobError for the report of a terminated worker, which has no plan. */
export function planOfReport({ plan, seed }: RunReport): Plan {
  if (plan === undefined) {
    const reason = 'a step never ended when the seed was run again';
    throw new JobError(`seed ${seed} has no plan, since ${reason}; run it alone, with --seed ${seed}`);
  }
  return plan;
}

/**
 * A stuck run reports neither plan nor records, so it is run again and stopped one step earlier. It
 * is not shrunk: each candidate would cost a worker.
 */
export async function examineStuck(
  runner: JobRunner,
  options: ExamineOptions,
  { report, failure }: FailedRun,
): Promise<Finding> {
  const { seed } = report;
  const stepsMax = Math.max(0, failure.step - 1);
  const job = { kind: 'run', seed, sizes: sizesOf(options), stepsMax, detailed: true } as const;
  const { plan, records = [], places = [], causes = [], virtualMs } = await runner.run(options.bundle, job);
  if (plan === undefined)
    throw new JobError(`seed ${seed} is stuck before its first step: a script, create or a checker never ends`);
  return { ...unshrunk({ report, failure: { ...failure, atMs: virtualMs } }, plan), records, places, causes };
}
