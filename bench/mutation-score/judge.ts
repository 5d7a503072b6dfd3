/**
 * Judges mutants: runs one seed after the other until a run fails.
 */
import { formatSeed } from '../../sim/kernel/seed.ts';
import { nameOfFailure } from '../../sim/report/failure-report.ts';
import type { RunJob } from '../../sim/search/job.ts';
import type { Bundle, JobRunner } from '../../sim/search/job-runner.ts';
import { JobError } from '../../sim/search/worker-pool.ts';

export interface JudgeOptions {
  /** The most seeds for one mutant. They are 0x1, 0x2 and so on. */
  readonly seeds: number;
  readonly stepsMax: number;
}

export interface Judgement {
  /** Number of seeds that were run. */
  readonly seeds: number;
  /** The property or the verdict of the first run that failed; null if all runs held. */
  readonly foundBy: string | null;
}

export interface Judges {
  readonly runner: JobRunner;
  /**
   * With a longer limit for a step. A busy machine may take longer than the usual limit to start a
   * worker and to evaluate code, so a run that is stuck has to be stuck here too.
   */
  readonly patient: JobRunner;
}

/** Code that cannot be evaluated, or that ends its worker, counts as found. */
export async function judge(judges: Judges, bundle: Bundle, options: JudgeOptions): Promise<Judgement> {
  for (let number = 1; number <= options.seeds; number += 1) {
    const job = { kind: 'run', seed: formatSeed(BigInt(number)), stepsMax: options.stepsMax } as const;
    let foundBy = await failureOf(judges.runner, bundle, job);
    if (foundBy === STUCK) foundBy = await failureOf(judges.patient, bundle, job);
    if (foundBy !== null) return { seeds: number, foundBy };
  }
  return { seeds: options.seeds, foundBy: null };
}

const STUCK = 'stuck';

async function failureOf(runner: JobRunner, bundle: Bundle, job: RunJob): Promise<string | null> {
  try {
    const { failure } = await runner.run(bundle, { ...job, kind: 'run' });
    return failure === null ? null : nameOfFailure(failure);
  } catch (error) {
    if (error instanceof JobError) return 'not-loaded';
    throw error;
  }
}
