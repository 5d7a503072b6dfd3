/**
 * Runs jobs in the caller's process, one after the other. There is no watchdog: a step that never
 * yields blocks the process.
 */
import type { SystemBundle } from '../load/bundle.ts';
import type { StateRegistry } from '../load/state/state-registry.ts';
import { ImageLoader } from './load-image.ts';
import { RunResources } from '../run/execute-run.ts';
import type { JobKind, JobOf, JobReports } from '../search/job.ts';
import { type JobOptions, type LoadedScenario, runJob } from '../search/run-job.ts';
import type { JobRunner } from '../search/job-runner.ts';
import { JobError } from '../search/worker-pool.ts';

/** Captured when the module loads, before a test can replace `performance` by a fake. */
const nowMs = performance.now.bind(performance);

export class InProcessRunner implements JobRunner {
  /**
   * Settles when the current run of this process ends. A run owns the process's globals, so all
   * runners take turns.
   */
  static #turn: Promise<unknown> = Promise.resolve();
  /**
   * Costly to create and never released. One per process suffices, since only one run is under way.
   */
  static readonly #resources = new RunResources();
  readonly jobs = 1;
  /** By code hash. */
  readonly #loaded = new Map<string, LoadedScenario>();
  readonly #onStep: JobOptions['onStep'];
  readonly #images: ImageLoader;
  #closed = false;

  /** `onStep` is called with the number of each step. `state`: of a bundle that is watched. */
  constructor({ onStep, state }: Pick<JobOptions, 'onStep'> & { readonly state?: StateRegistry } = {}) {
    this.#onStep = onStep;
    this.#images = new ImageLoader(InProcessRunner.#resources, state);
  }

  run<Kind extends JobKind>(bundle: SystemBundle, job: JobOf<Kind>): Promise<JobReports[Kind]> {
    const report = InProcessRunner.#turn.then(() => {
      if (this.#closed) throw new JobError('stopped');
      return runJob(this.#load(bundle), job, { nowMs, onStep: this.#onStep });
    });
    InProcessRunner.#turn = report.catch(() => undefined);
    return report;
  }

  /** Lets the current run finish; those that wait for their turn reject. */
  close(): Promise<void> {
    this.#closed = true;
    this.#loaded.clear();
    return Promise.resolve();
  }

  #load(bundle: SystemBundle): LoadedScenario {
    const loaded = this.#loaded.get(bundle.codeHash) ?? this.#images.load(bundle);
    this.#loaded.set(bundle.codeHash, loaded);
    return loaded;
  }
}
