/** Workers that are threads. The process that starts them needs no simulator, so it starts soon. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { workerUrl } from '../project/simulator.ts';
import { UsageError } from '../project/usage-error.ts';
import { WorkerPool } from '../search/worker-pool.ts';
import { Workers, type WorkersOptions } from './workers.ts';

/** The threads start when there is work. Throws UsageError in a checkout that is not built. */
export function workerThreads({ jobs, stuckMs }: WorkersOptions): Workers {
  return new Workers(new WorkerPool({ workerUrl: builtWorker(), jobs, stuckMs }), stuckMs);
}

function builtWorker(): URL {
  if (workerUrl !== null && existsSync(fileURLToPath(workerUrl))) return workerUrl;
  throw new UsageError('worker threads need seedstorm to be built; leave out jobs to run in this process');
}
