/** The workers of a call of the API, which may run everything in the caller's process. */
import { InProcessRunner } from './in-process-runner.ts';
import { workerThreads } from './worker-threads.ts';
import { Workers, type WorkersOptions } from './workers.ts';

/** Throws UsageError for worker threads in a checkout that is not built. */
export function createWorkers(options: WorkersOptions): Workers {
  return options.jobs === 0 ? new Workers(new InProcessRunner(), options.stuckMs) : workerThreads(options);
}
