/**
 * Those who perform the jobs of one command or one call, and what they have been given.
 */
import { fileURLToPath } from 'node:url';
import { existsSync } from 'node:fs';
import type { SystemBundle } from '../load/bundle.ts';
import type { Performer } from '../search/job-runner.ts';
import { Pool } from '../search/worker-pool.ts';
import { InProcess } from './in-process.ts';
import { workerUrl } from '../project/simulator.ts';
import { UsageError } from '../project/usage-error.ts';

export interface CrewOptions {
  /** So many worker threads; 0 for none: everything then runs in this process. */
  readonly jobs: number;
  /** A step that takes longer is stuck. Only threads can be watched. */
  readonly stuckMs: number;
}

export class Crew {
  readonly performer: Performer;
  readonly stuckMs: number;
  readonly #numbers = new Map<string, number>();

  constructor({ jobs, stuckMs }: CrewOptions) {
    this.stuckMs = stuckMs;
    this.performer = jobs === 0 ? new InProcess() : new Pool({ workerUrl: builtWorker(), jobs, stuckMs });
  }

  /** The performer's number for a bundle; each is handed over once. */
  register(bundle: SystemBundle): number {
    const known = this.#numbers.get(bundle.codeHash) ?? this.performer.add(bundle);
    this.#numbers.set(bundle.codeHash, known);
    return known;
  }

  close(): Promise<void> {
    return this.performer.close();
  }
}

function builtWorker(): URL {
  if (workerUrl !== null && existsSync(fileURLToPath(workerUrl))) return workerUrl;
  throw new UsageError('worker threads need seedstorm to be built; leave out jobs to run in this process');
}
