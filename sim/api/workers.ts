/**
 * Those who perform the jobs of one command or one call, and what they have been given.
 */
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import type { SystemBundle } from '../load/bundle.ts';
import type { JobRunner } from '../search/job-runner.ts';
import { WorkerPool } from '../search/worker-pool.ts';
import { InProcessRunner } from './in-process-runner.ts';
import { workerUrl } from '../project/simulator.ts';
import { UsageError } from '../project/usage-error.ts';

export interface WorkersOptions {
  /** So many worker threads; 0 for none: everything then runs in this process. */
  readonly jobs: number;
  /** A step that takes longer is stuck. Only threads can be watched. */
  readonly stuckMs: number;
}

export class Workers {
  readonly runner: JobRunner;
  readonly stuckMs: number;
  readonly #numbers = new Map<string, number>();

  constructor({ jobs, stuckMs }: WorkersOptions) {
    this.stuckMs = stuckMs;
    this.runner = jobs === 0 ? new InProcessRunner() : new WorkerPool({ workerUrl: builtWorker(), jobs, stuckMs });
  }

  /** The runner's number for a bundle; each is handed over once. */
  register(bundle: SystemBundle): number {
    const known = this.#numbers.get(bundle.codeHash) ?? this.runner.add(bundle);
    this.#numbers.set(bundle.codeHash, known);
    return known;
  }

  close(): Promise<void> {
    return this.runner.close();
  }
}

function builtWorker(): URL {
  if (workerUrl !== null && existsSync(fileURLToPath(workerUrl))) return workerUrl;
  throw new UsageError('worker threads need seedstorm to be built; leave out jobs to run in this process');
}
