/**
 * Who performs jobs: workers in threads, or the process itself.
 */
import type { Job, Report, RunJob, RunReport, ShrinkJob, ShrinkReport } from './job.ts';

export interface JobRunner {
  /** How many jobs are performed at a time. */
  readonly jobs: number;
  /** Makes a bundle known; jobs name it by the number returned. */
  add(bundle: unknown): number;
  /** Performs a job as soon as there is somebody free to do it. Rejects with a JobError. */
  run(bundle: number, job: RunJob): Promise<RunReport>;
  run(bundle: number, job: ShrinkJob): Promise<ShrinkReport>;
  run(bundle: number, job: Job): Promise<Report>;
  /** Ends what runs, as far as it can be ended; nothing is performed any more. */
  close(): Promise<void>;
}
