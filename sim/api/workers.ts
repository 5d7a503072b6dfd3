/**
 * The job runner of one command or one call: worker threads, or the current process.
 */
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import type { JobRunner } from '../search/job-runner.ts';
import { WorkerPool } from '../search/worker-pool.ts';
import { InProcessRunner } from './in-process-runner.ts';
import { workerUrl } from '../project/simulator.ts';
import { UsageError } from '../project/usage-error.ts';

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

  /** Throws UsageError for worker threads in a checkout that is not built. */
  constructor({ jobs, stuckMs }: WorkersOptions) {
    this.stuckMs = stuckMs;
    this.runner = jobs === 0 ? new InProcessRunner() : new WorkerPool({ workerUrl: builtWorker(), jobs, stuckMs });
  }

  close(): Promise<void> {
    return this.runner.close();
  }
}

function builtWorker(): URL {
  if (workerUrl !== null && existsSync(fileURLToPath(workerUrl))) return workerUrl;
  throw new UsageError('worker threads need seedstorm to be built; leave out jobs to run in this process');
}
