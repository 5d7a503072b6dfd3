/** The job runner of one command or one call: worker threads, or the current process. */
import type { JobRunner } from '../search/job-runner.ts';

export interface WorkersOptions {
  /** Number of worker threads. 0: no threads, everything runs in this process. */
  readonly jobs: number;
  /**
   * Real time after which a step, or a module that is being loaded, is stuck. Steps are watched in
   * worker threads only.
   */
  readonly stuckMs: number;
}

export class Workers {
  readonly runner: JobRunner;
  readonly stuckMs: number;

  constructor(runner: JobRunner, stuckMs: number) {
    this.runner = runner;
    this.stuckMs = stuckMs;
  }

  close(): Promise<void> {
    return this.runner.close();
  }
}
