/**
 * Performs jobs in this process, one after the other. Nothing watches over a step that never yields: it stops the process with it.
 */
import type { SystemBundle } from '../load/bundle.ts';
import { loadImage } from './load-image.ts';
import { RunResources } from '../run/execute-run.ts';
import type { Job, Report, RunJob, RunReport, ShrinkJob, ShrinkReport } from '../search/job.ts';
import { type Loaded, runJob } from '../search/run-job.ts';
import type { JobRunner } from '../search/job-runner.ts';
import { JobError } from '../search/worker-pool.ts';

/** Taken before anybody can put a clock of his own in its place. */
const nowMs = performance.now.bind(performance);

export class InProcessRunner implements JobRunner {
  /** A run owns the process's globals while it lasts, whoever asks for it. */
  static #turn: Promise<unknown> = Promise.resolve();
  /** Costly, and never given back: one for all of a process, since only one run is under way. */
  static readonly #resources = new RunResources();
  readonly jobs = 1;
  readonly #bundles: SystemBundle[] = [];
  readonly #loaded = new Map<number, Loaded>();
  #closed = false;

  add(bundle: unknown): number {
    this.#bundles.push(bundle as SystemBundle);
    return this.#bundles.length - 1;
  }

  run(bundle: number, job: RunJob): Promise<RunReport>;
  run(bundle: number, job: ShrinkJob): Promise<ShrinkReport>;
  run(bundle: number, job: Job): Promise<Report>;
  run(bundle: number, job: Job): Promise<Report> {
    const report = InProcessRunner.#turn.then(() => this.#perform(bundle, job));
    InProcessRunner.#turn = report.catch(() => undefined);
    return report;
  }

  /** What runs comes to its end. */
  close(): Promise<void> {
    this.#closed = true;
    this.#loaded.clear();
    return Promise.resolve();
  }

  async #perform(bundle: number, job: Job): Promise<Report> {
    if (this.#closed) throw new JobError('stopped');
    return runJob(this.#image(bundle), job, { nowMs });
  }

  #image(number: number): Loaded {
    const known = this.#loaded.get(number);
    if (known !== undefined) return known;
    const bundle = this.#bundles[number];
    if (bundle === undefined) throw new JobError(`bundle ${number} is not known`);
    const loaded = loadImage(bundle, InProcessRunner.#resources);
    this.#loaded.set(number, loaded);
    return loaded;
  }
}
