/**
 * The reason of a failure in one sentence: a change with which the run passes. Only changes that
 * keep all operations and faults count, since a part that is left out explains nothing.
 */
import type { Finding } from '../finding.ts';
import type { RunJob } from '../job.ts';
import type { Bundle, JobRunner } from '../job-runner.ts';
import { JobError } from '../worker-pool.ts';
import { findPassingRun, type PassingLimits } from './passing-run.ts';

/**
 * At most 65 runs: one of the failure, 25 changes of a kind, four other orders, and ten that are
 * repeated with all records. Fewer if they are long.
 */
const NEAR: PassingLimits = { kinds: ['choice', 'pause', 'order'], triesMax: 25, stepsMax: 50_000 };

export interface ReasonOptions {
  readonly stepsMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Such as `when the reply of get seats of node-1 takes less time`. Null if no such run was found,
 * and for a failure that was not shrunk or does not replay.
 */
export async function reasonOf(
  runner: JobRunner,
  bundle: Bundle,
  { plan, choices, shrunk, replayed, failure }: Finding,
  { stepsMax, signal }: ReasonOptions,
): Promise<string | null> {
  if (shrunk === null || replayed.of === 0 || replayed.same < replayed.of || signal?.aborted === true) return null;
  const job: RunJob = { kind: 'run', seed: plan.seed, plan, choices, detailed: true, freshModules: true, stepsMax };
  try {
    const report = await runner.run(bundle, job);
    const failing = { plan, choices, report, failure };
    const passing = await findPassingRun(runner, bundle, { failing, scripts: {}, stepsMax, signal }, NEAR);
    return passing?.when ?? null;
  } catch (error) {
    // A changed run may end its worker.
    if (error instanceof JobError) return null;
    throw error;
  }
}
