/**
 * A pool of worker threads that run jobs, and the watchdog over them.
 *
 * A worker runs one synchronous loop and cannot answer messages, so it publishes its progress in
 * shared memory. When a step never yields, the pool terminates the worker and reports the job as
 * stuck; the next job has another worker. See watchdog.ts.
 */
import { Worker } from 'node:worker_threads';
import type { Failure } from '../run/run-verdict.ts';
import { NO_USES } from '../run/use-counts.ts';
import type { Job, JobKind, JobOf, JobReports, Report, RunJob, RunReport } from './job.ts';
import type { Bundle, JobRunner } from './job-runner.ts';
import { processCpuMs, Watchdog, type Watched } from './watchdog.ts';

/** Indexes into the shared memory of a worker. `isLoading`: 1 until the code of a job is loaded. */
export const PROGRESS = { runs: 0, step: 1, isLoading: 2, places: 3 } as const;

export interface WorkerPoolOptions {
  readonly workerUrl: URL;
  /** Largest number of workers. */
  readonly jobs: number;
  /** CPU time after which a step counts as stuck; more while code is loaded. */
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

interface WorkerHandle extends Watched {
  readonly worker: Worker;
  readonly memory: Int32Array;
  /** Ids of the bundles that the worker has received. */
  readonly bundles: Set<number>;
  ready: boolean;
  task: Task | null;
}

const CHECK_STUCK_EVERY_MS = 250;

export class WorkerPool implements JobRunner {
  readonly #options: WorkerPoolOptions;
  /** Ids of bundles in messages, by code hash. */
  readonly #bundleIds = new Map<string, number>();
  readonly #queue: Task[] = [];
  readonly #workers = new Set<WorkerHandle>();
  readonly #watchdog: Watchdog;
  readonly #looking: NodeJS.Timeout;
  #nextTask = 0;
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    const { stuckMs } = options;
    this.#watchdog = new Watchdog({ stuckMs, nowMs: () => performance.now(), cpuMs: processCpuMs });
    // The first worker starts while the scenario is loaded, the others when there is work for them.
    this.#spawn();
    this.#looking = setInterval(() => this.#endStuck(), CHECK_STUCK_EVERY_MS);
    this.#looking.unref();
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
    clearInterval(this.#looking);
    const handles = [...this.#workers];
    this.#workers.clear();
    for (const task of [...this.#queue.splice(0), ...handles.map((handle) => handle.task)])
      task?.reject(new JobError('stopped'));
    await Promise.all(handles.map((handle) => handle.worker.terminate()));
  }

  #spawn(): void {
    const shared = new SharedArrayBuffer(PROGRESS.places * Int32Array.BYTES_PER_ELEMENT);
    const worker = new Worker(this.#options.workerUrl, { workerData: shared });
    const memory = new Int32Array(shared);
    const handle: WorkerHandle = {
      worker,
      memory,
      bundles: new Set(),
      ready: false,
      task: null,
      progress: () => memory.join(' '),
      isLoading: () => memory[PROGRESS.isLoading] === 1,
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
      const task = this.#release(handle);
      if (task === null || task.id !== message.id) return;
      if (message.kind === 'report') task.resolve(message.report);
      else task.reject(new JobError(message.text));
    }
    this.#assign();
  }

  #onExit(handle: WorkerHandle, text: string): void {
    if (!this.#workers.delete(handle)) return;
    this.#release(handle)?.reject(new JobError(text));
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
    handle.memory[PROGRESS.isLoading] = 1;
    this.#watchdog.begin(handle);
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

  /** The task that a worker had, which it no longer has. */
  #release(handle: WorkerHandle): Task | null {
    const { task } = handle;
    handle.task = null;
    this.#watchdog.end(handle);
    return task;
  }

  #endStuck(): void {
    const stuck = new Set(this.#watchdog.look());
    for (const handle of [...this.#workers].filter((worker) => stuck.has(worker))) {
      this.#workers.delete(handle);
      void handle.worker.terminate();
      const task = this.#release(handle);
      const step = handle.isLoading() ? null : (handle.memory[PROGRESS.step] ?? 0);
      if (task?.job.kind === 'run') task.resolve(stuckReport(task.job, step));
      else task?.reject(new JobError('a smaller plan is stuck', true));
    }
    if (stuck.size > 0) this.#assign();
  }
}

/**
 * The report of a terminated run: nothing but its seed, its plan if the job had one, and the last
 * step; null if the code was still loaded.
 */
function stuckReport({ seed, plan }: RunJob, lastStep: number | null): RunReport {
  const step = lastStep ?? 0;
  const failure: Failure = {
    verdict: 'stuck',
    step,
    atMs: 0,
    signature: 'stuck',
    text: lastStep === null ? 'the code of the system or the scenario never ends loading' : `step ${step} never yields`,
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
