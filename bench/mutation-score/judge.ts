/**
 * Judges mutants: runs one seed after the other until a run fails.
 */
import { formatSeed } from '../../sim/kernel/seed.ts';
import { nameOfFailure } from '../../sim/report/failure-report.ts';
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

/** Code that cannot be evaluated, or that ends its worker, counts as found. */
export async function judge(runner: JobRunner, bundle: Bundle, { seeds, stepsMax }: JudgeOptions): Promise<Judgement> {
  for (let number = 1; number <= seeds; number += 1) {
    try {
      const { failure } = await runner.run(bundle, { kind: 'run', seed: formatSeed(BigInt(number)), stepsMax });
      if (failure !== null) return { seeds: number, foundBy: nameOfFailure(failure) };
    } catch (error) {
      if (error instanceof JobError) return { seeds: number, foundBy: 'not-loaded' };
      throw error;
    }
  }
  return { seeds, foundBy: null };
}
