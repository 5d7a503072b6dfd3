/**
 * Runs jobs: in worker threads (`WorkerPool`), or in the caller's own process.
 */
import type { JobKind, JobOf, JobReports } from './job.ts';

/**
 * The code that jobs run on: a system, its scenario, and one variant or none. Runners that load it
 * know its full type; here it is data that crosses threads.
 */
export interface Bundle {
  /** Bundles with the same hash hold the same code; a runner loads each hash once per worker. */
  readonly codeHash: string;
}

export interface JobRunner {
  /** Number of jobs that run at a time. */
  readonly jobs: number;
  /** Runs a job as soon as a worker is free. Rejects with a JobError. */
  run<Kind extends JobKind>(bundle: Bundle, job: JobOf<Kind>): Promise<JobReports[Kind]>;
  /** Ends the running jobs, as far as they can be ended, and starts no further one. */
  close(): Promise<void>;
}
