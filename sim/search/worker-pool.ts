/**
 * A pool of worker threads that run jobs, and the watchdog over them.
 *
 * A worker runs one synchronous loop and cannot answer messages, so it publishes its progress in
 * shared memory. When the progress has not changed for `stuckMs`, the current step never yields:
 * the pool terminates the worker and reports the job as stuck; the next job has another worker.
 */
import { Worker } from 'node:worker_threads';
import type { Failure } from '../run/run-verdict.ts';
import { NO_USES } from '../run/use-counts.ts';
import type { Job, JobKind, JobOf, JobReports, Report, RunJob, RunReport } from './job.ts';
import type { Bundle, JobRunner } from './job-runner.ts';

/** Indexes into the shared memory of a worker. */
export const PROGRESS = { runs: 0, step: 1, places: 2 } as const;

export interface WorkerPoolOptions {
  readonly workerUrl: URL;
  /** Largest number of workers. */
  readonly jobs: number;
  /** Real time after which a step counts as stuck. */
  readonly stuckMs: number;
}

/** From the pool to a worker. A bundle is sent once, before the first job that refers to it. */
export type ToWorker =
  | { readonly kind: 'bundle'; readonly id: number; readonly bundle: unknown }
  | { readonly kind: 'job'; readonly id: number; readonly bundle: number; readonly job: Job };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'report'; readonly id: number; readonly report: Report }
  | { readonly kind: 'fault'; readonly id: number; readonly text: string };

/** A job could not be run, because of an error in the scenario or in the simulator. */
export class JobError extends Error {
  override readonly name = 'JobError';
  /** True when the watchdog ended the job. */
  readonly stuck: boolean;

  constructor(text: string, stuck = false) {
    super(text);
    this.stuck = stuck;
  }
}

interface Task {
  readonly id: number;
  readonly bundle: Bundle;
  readonly job: Job;
  readonly resolve: (report: Report) => void;
  readonly reject: (reason: Error) => void;
}

interface WorkerHandle {
  readonly worker: Worker;
  readonly progress: Int32Array;
  /** Ids of the bundles that the worker has received. */
  readonly bundles: Set<number>;
  ready: boolean;
  task: Task | null;
  lastProgress: string;
  progressedAtMs: number;
}

const CHECK_STUCK_EVERY_MS = 250;

export class WorkerPool implements JobRunner {
  readonly #options: WorkerPoolOptions;
  /** Ids of bundles in messages, by code hash. */
  readonly #bundleIds = new Map<string, number>();
  readonly #queue: Task[] = [];
  readonly #workers = new Set<WorkerHandle>();
  readonly #watchdog: NodeJS.Timeout;
  #nextTask = 0;
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    // The first worker starts while the scenario is loaded, the others when there is work for them.
    this.#spawn();
    this.#watchdog = setInterval(() => this.#checkStuck(), CHECK_STUCK_EVERY_MS);
    this.#watchdog.unref();
  }

  get jobs(): number {
    return this.#options.jobs;
  }

  /**
   * Runs a job on the next free worker. A stuck run resolves with the verdict `stuck`; a stuck
   * shrink job rejects.
   */
  async run<Kind extends JobKind>(bundle: Bundle, job: JobOf<Kind>): Promise<JobReports[Kind]> {
    const report = await new Promise<Report>((resolve, reject) => {
      if (this.#closed) {
        reject(new JobError('the pool is closed'));
        return;
      }
      this.#queue.push({ id: this.#nextTask, bundle, job, resolve, reject });
      this.#nextTask += 1;
      this.#assign();
    });
    // A worker answers a job with the report of its kind.
    return report as JobReports[Kind];
  }

  /** Terminates all workers at once; unfinished jobs reject. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#watchdog);
    const handles = [...this.#workers];
    this.#workers.clear();
    for (const task of [...this.#queue.splice(0), ...handles.map((handle) => handle.task)])
      task?.reject(new JobError('stopped'));
    await Promise.all(handles.map((handle) => handle.worker.terminate()));
  }

  #spawn(): void {
    const memory = new SharedArrayBuffer(PROGRESS.places * Int32Array.BYTES_PER_ELEMENT);
    const worker = new Worker(this.#options.workerUrl, { workerData: memory });
    const handle: WorkerHandle = {
      worker,
      progress: new Int32Array(memory),
      bundles: new Set(),
      ready: false,
      task: null,
      lastProgress: '',
      progressedAtMs: 0,
    };
    this.#workers.add(handle);
    worker.on('message', (message: FromWorker) => this.#onMessage(handle, message));
    worker.on('error', (error) => this.#onExit(handle, `a worker failed: ${error.message}`));
    worker.on('exit', () => this.#onExit(handle, 'a worker exited before its job was done'));
  }

  #onMessage(handle: WorkerHandle, message: FromWorker): void {
    if (message.kind === 'ready') {
      handle.ready = true;
    } else {
      const { task } = handle;
      handle.task = null;
      if (task === null || task.id !== message.id) return;
      if (message.kind === 'report') task.resolve(message.report);
      else task.reject(new JobError(message.text));
    }
    this.#assign();
  }

  #onExit(handle: WorkerHandle, text: string): void {
    if (!this.#workers.delete(handle)) return;
    const { task } = handle;
    handle.task = null;
    task?.reject(new JobError(text));
    if (this.#closed) return;
    if (handle.ready) {
      this.#assign();
      return;
    }
    // A worker that cannot even start would be spawned again and again.
    for (const queued of this.#queue.splice(0)) queued.reject(new JobError(text));
  }

  /** Gives queued jobs to free workers, and starts workers for the jobs that remain. */
  #assign(): void {
    let starting = 0;
    for (const handle of this.#workers) {
      if (!handle.ready) starting += 1;
      else if (handle.task === null) this.#startNext(handle);
    }
    for (; starting < this.#queue.length && this.#workers.size < this.#options.jobs; starting += 1) this.#spawn();
  }

  #startNext(handle: WorkerHandle): void {
    const task = this.#queue.shift();
    if (task === undefined) return;
    handle.task = task;
    handle.progressedAtMs = performance.now();
    const bundle = this.#bundleId(task.bundle);
    if (!handle.bundles.has(bundle)) {
      handle.bundles.add(bundle);
      this.#post(handle, { kind: 'bundle', id: bundle, bundle: task.bundle });
    }
    this.#post(handle, { kind: 'job', id: task.id, bundle, job: task.job });
  }

  #bundleId({ codeHash }: Bundle): number {
    const id = this.#bundleIds.get(codeHash) ?? this.#bundleIds.size;
    this.#bundleIds.set(codeHash, id);
    return id;
  }

  #post(handle: WorkerHandle, message: ToWorker): void {
    handle.worker.postMessage(message);
  }

  #checkStuck(): void {
    const nowMs = performance.now();
    for (const handle of [...this.#workers]) {
      if (handle.task === null) continue;
      const progress = handle.progress.join(' ');
      if (progress !== handle.lastProgress) {
        handle.lastProgress = progress;
        handle.progressedAtMs = nowMs;
      } else if (nowMs - handle.progressedAtMs > this.#options.stuckMs) {
        this.#endStuck(handle, handle.task);
      }
    }
  }

  #endStuck(handle: WorkerHandle, task: Task): void {
    this.#workers.delete(handle);
    handle.task = null;
    void handle.worker.terminate();
    const step = handle.progress[PROGRESS.step] ?? 0;
    if (task.job.kind === 'run') task.resolve(stuckReport(task.job, step));
    else task.reject(new JobError('a smaller plan is stuck', true));
    this.#assign();
  }
}

/**
 * The report of a terminated run: nothing but its seed, its plan if the job had one, and the last
 * step.
 */
function stuckReport({ seed, plan }: RunJob, step: number): RunReport {
  const failure: Failure = {
    verdict: 'stuck',
    step,
    atMs: 0,
    signature: 'stuck',
    text: `step ${step} never yields`,
  };
  return {
    kind: 'run',
    seed,
    digest: '',
    codeHash: '',
    steps: step,
    virtualMs: 0,
    operations: 0,
    randomValues: 0,
    uses: NO_USES,
    faults: {},
    checked: {},
    marks: {},
    failure,
    plan,
  };
}
