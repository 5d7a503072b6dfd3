/**
 * Workers that perform jobs, and the watchdog over them.
 *
 * A worker is busy in one synchronous loop and can't answer messages, so it publishes how far it is in shared memory. When that
 * has not moved for a while, the step it is in never yields: the worker is ended and the job is reported as stuck.
 */
import { Worker } from 'node:worker_threads';
import type { Failure } from '../run/run-verdict.ts';
import { NO_USES } from '../run/use-counts.ts';
import type { Job, Report, RunJob, RunReport, ShrinkJob, ShrinkReport } from './job.ts';
import type { JobRunner } from './job-runner.ts';

/** Places in the shared memory of a worker. */
export const PROGRESS = { runs: 0, step: 1, places: 2 } as const;

export interface WorkerPoolOptions {
  readonly workerUrl: URL;
  readonly jobs: number;
  /** A step that takes longer is stuck. */
  readonly stuckMs: number;
}

/** From the parent to a worker. A bundle comes before the first job that names it. */
export type ToWorker =
  | { readonly kind: 'bundle'; readonly id: number; readonly bundle: unknown }
  | { readonly kind: 'job'; readonly id: number; readonly bundle: number; readonly job: Job };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'report'; readonly id: number; readonly report: Report }
  | { readonly kind: 'fault'; readonly id: number; readonly text: string };

/** A worker could not do a job: a fault of the scenario or of the harness. */
export class JobError extends Error {
  override readonly name = 'JobError';
  /** The job was ended by the watchdog. */
  readonly stuck: boolean;

  constructor(text: string, stuck = false) {
    super(text);
    this.stuck = stuck;
  }
}

interface Task {
  readonly id: number;
  readonly bundle: number;
  readonly job: Job;
  readonly resolve: (report: Report) => void;
  readonly reject: (reason: Error) => void;
}

interface WorkerHandle {
  readonly worker: Worker;
  readonly progress: Int32Array;
  readonly bundles: Set<number>;
  ready: boolean;
  task: Task | null;
  seen: string;
  seenAtMs: number;
}

const CHECK_STUCK_EVERY_MS = 250;

export class WorkerPool implements JobRunner {
  readonly #options: WorkerPoolOptions;
  readonly #bundles: unknown[] = [];
  readonly #queue: Task[] = [];
  readonly #workers = new Set<WorkerHandle>();
  readonly #watchdog: NodeJS.Timeout;
  #nextTask = 0;
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    for (let count = 0; count < options.jobs; count += 1) this.#spawn();
    this.#watchdog = setInterval(() => this.#checkStuck(), CHECK_STUCK_EVERY_MS);
    this.#watchdog.unref();
  }

  get jobs(): number {
    return this.#options.jobs;
  }

  /** Makes a bundle known; jobs name it by the number returned. */
  add(bundle: unknown): number {
    this.#bundles.push(bundle);
    return this.#bundles.length - 1;
  }

  /** Performs a job on the next free worker. Rejects with a JobError. A stuck run resolves, with its verdict. */
  run(bundle: number, job: RunJob): Promise<RunReport>;
  run(bundle: number, job: ShrinkJob): Promise<ShrinkReport>;
  run(bundle: number, job: Job): Promise<Report>;
  run(bundle: number, job: Job): Promise<Report> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new JobError('the pool is closed'));
        return;
      }
      this.#queue.push({ id: this.#nextTask, bundle, job, resolve, reject });
      this.#nextTask += 1;
      this.#assign();
    });
  }

  /** Ends all workers at once; jobs that have not ended reject. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#watchdog);
    const hands = [...this.#workers];
    this.#workers.clear();
    for (const task of [...this.#queue.splice(0), ...hands.map((hand) => hand.task)])
      task?.reject(new JobError('stopped'));
    await Promise.all(hands.map((hand) => hand.worker.terminate()));
  }

  #spawn(): void {
    const memory = new SharedArrayBuffer(PROGRESS.places * Int32Array.BYTES_PER_ELEMENT);
    const worker = new Worker(this.#options.workerUrl, { workerData: memory });
    const hand: WorkerHandle = {
      worker,
      progress: new Int32Array(memory),
      bundles: new Set(),
      ready: false,
      task: null,
      seen: '',
      seenAtMs: 0,
    };
    this.#workers.add(hand);
    worker.on('message', (message: FromWorker) => this.#onMessage(hand, message));
    worker.on('error', (error) => this.#onExit(hand, `a worker failed: ${error.message}`));
    worker.on('exit', () => this.#onExit(hand, 'a worker ended before its job'));
  }

  #onMessage(hand: WorkerHandle, message: FromWorker): void {
    if (message.kind === 'ready') {
      hand.ready = true;
    } else {
      const task = hand.task;
      hand.task = null;
      if (task === null || task.id !== message.id) return;
      if (message.kind === 'report') task.resolve(message.report);
      else task.reject(new JobError(message.text));
    }
    this.#assign();
  }

  #onExit(hand: WorkerHandle, text: string): void {
    if (!this.#workers.delete(hand)) return;
    const task = hand.task;
    hand.task = null;
    task?.reject(new JobError(text));
    if (this.#closed) return;
    if (hand.ready) {
      this.#spawn();
      return;
    }
    // A worker that can't even start would be hired for ever.
    for (const waiting of this.#queue.splice(0)) waiting.reject(new JobError(text));
  }

  #assign(): void {
    for (const hand of this.#workers) {
      if (!hand.ready || hand.task !== null) continue;
      const task = this.#queue.shift();
      if (task === undefined) return;
      hand.task = task;
      hand.seenAtMs = performance.now();
      if (!hand.bundles.has(task.bundle)) {
        hand.bundles.add(task.bundle);
        this.#post(hand, { kind: 'bundle', id: task.bundle, bundle: this.#bundles[task.bundle] });
      }
      this.#post(hand, { kind: 'job', id: task.id, bundle: task.bundle, job: task.job });
    }
  }

  #post(hand: WorkerHandle, message: ToWorker): void {
    hand.worker.postMessage(message);
  }

  #checkStuck(): void {
    const nowMs = performance.now();
    for (const hand of [...this.#workers]) {
      if (hand.task === null) continue;
      const seen = hand.progress.join(' ');
      if (seen !== hand.seen) {
        hand.seen = seen;
        hand.seenAtMs = nowMs;
      } else if (nowMs - hand.seenAtMs > this.#options.stuckMs) {
        this.#end(hand, hand.task);
      }
    }
  }

  #end(hand: WorkerHandle, task: Task): void {
    this.#workers.delete(hand);
    hand.task = null;
    void hand.worker.terminate();
    const step = hand.progress[PROGRESS.step] ?? 0;
    if (task.job.kind === 'run') task.resolve(stuckReport(task.job, step));
    else task.reject(new JobError('a smaller plan is stuck', true));
    this.#spawn();
  }
}

function stuckReport(job: RunJob, step: number): RunReport {
  const failure: Failure = {
    verdict: 'stuck',
    step,
    atMs: 0,
    signature: 'stuck',
    text: `step ${step} never yields`,
  };
  return {
    kind: 'run',
    seed: job.seed,
    digest: '',
    codeHash: '',
    steps: step,
    virtualMs: 0,
    operations: 0,
    uses: NO_USES,
    faults: {},
    checked: {},
    marks: {},
    failure,
    ...(job.plan === undefined ? {} : { plan: job.plan }),
  };
}
