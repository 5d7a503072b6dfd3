/**
 * What is done with a failing run: it is made small, and what is left is replayed.
 */
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/run-verdict.ts';
import type { Finding } from './finding.ts';
import type { RunReport, ShrinkJob, ShrinkReport } from './job.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import type { JobRunner } from './job-runner.ts';
import { JobError } from './worker-pool.ts';

export interface ExamineOptions {
  readonly bundle: number;
  readonly sizes: PlanSizes;
  readonly shrinkMs: number;
  readonly stepsMax?: number;
  readonly signal: AbortSignal;
}

const REPLAYS = 3;

/** Somebody waits for the end: what is still found then is made small only in so far as that is quick. */
const SHRINK_MS_AFTER_ABORT = 1000;

/** Shrinks a failure and replays what is left. */
export async function examine(
  pool: JobRunner,
  options: ExamineOptions,
  report: RunReport,
  failure: Failure,
): Promise<Finding> {
  const stuck = await unshrinkable(pool, options, report, failure);
  return stuck ?? confirm(pool, options, report, failure, await makeSmall(pool, options, report, failure));
}

/** A failure that has no end, or none of its own making to go by, is handed over as it is; null for every other. */
export async function unshrinkable(
  pool: JobRunner,
  options: ExamineOptions,
  report: RunReport,
  failure: Failure,
): Promise<Finding | null> {
  return failure.verdict === 'stuck' ? examineStuck(pool, options, report, failure) : null;
}

/** Null when a smaller plan never ends: it could not be judged, and the worker is gone. */
export async function makeSmall(
  pool: JobRunner,
  { bundle, shrinkMs, stepsMax, signal }: ExamineOptions,
  report: RunReport,
  failure: Failure,
): Promise<ShrinkReport | null> {
  const job: ShrinkJob = {
    kind: 'shrink',
    plan: planOfReport(report),
    signature: failure.signature,
    failedAtMs: failure.atMs,
    budgetMs: signal.aborted ? Math.min(SHRINK_MS_AFTER_ABORT, shrinkMs) : shrinkMs,
    ...(stepsMax === undefined ? {} : { stepsMax }),
  };
  try {
    return await pool.run(bundle, job);
  } catch (error) {
    if (error instanceof JobError && error.stuck) return null;
    throw error;
  }
}

/** Replays what is left. */
export async function confirm(
  pool: JobRunner,
  { bundle, stepsMax }: ExamineOptions,
  report: RunReport,
  failure: Failure,
  shrunk: ShrinkReport | null,
): Promise<Finding> {
  const { seed } = report;
  const plan = planOfReport(report);
  const smallest = { plan: shrunk?.plan ?? plan, choices: shrunk?.choices ?? {} };
  const replays: RunReport[] = [];
  for (let index = 0; index < REPLAYS; index += 1) {
    replays.push(
      await pool.run(bundle, {
        kind: 'run',
        seed,
        ...smallest,
        detailed: index === 0,
        freshModules: true,
        ...(stepsMax === undefined ? {} : { stepsMax }),
      }),
    );
  }
  const [first] = replays;
  // What failed a moment ago does not fail again: the run does not depend on its seed alone.
  if (first === undefined || first.failure === null)
    return { ...unshrunk(report, failure, plan), replayed: { same: 0, of: REPLAYS } };
  return {
    seed,
    original: failure,
    failure: first.failure,
    ...smallest,
    digest: first.digest,
    codeHash: first.codeHash,
    records: first.records ?? [],
    shrunk,
    replayed: { same: replays.filter((replay) => replay.digest === first.digest).length, of: REPLAYS },
  };
}

/** As the seed gave it. */
export function unshrunk(report: RunReport, failure: Failure, plan: Plan): Finding {
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
    shrunk: null,
    replayed: { same: 0, of: 0 },
  };
}

/** Throws JobError where there is none: it is a worker that was ended that tells nothing of its plan. */
export function planOfReport({ plan, seed }: RunReport): Plan {
  if (plan === undefined) {
    const reason = 'a step never ended when the seed was run again';
    throw new JobError(`seed ${seed} came back without its plan: ${reason}; run it alone, with --seed ${seed}`);
  }
  return plan;
}

/** Nobody came back from a stuck run to tell its plan and its records; a run that stops one step earlier does. */
async function examineStuck(
  pool: JobRunner,
  { bundle, sizes }: ExamineOptions,
  report: RunReport,
  failure: Failure,
): Promise<Finding> {
  const { seed } = report;
  const stepsMax = Math.max(0, failure.step - 1);
  const before = await pool.run(bundle, { kind: 'run', seed, sizes, stepsMax, detailed: true });
  const { plan, records = [], virtualMs } = before;
  if (plan === undefined)
    throw new JobError(`seed ${seed} is stuck before its first step: a script, create or judge never ends`);
  return { ...unshrunk(report, { ...failure, atMs: virtualMs }, plan), records };
}
