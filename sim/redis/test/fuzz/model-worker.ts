/**
 * The model in a worker thread, so that a case that makes it hang, run out of memory or exit ends
 * the thread and not the fuzzing.
 */
import { parentPort, Worker } from 'node:worker_threads';
import type { Case, Outcome, Subject } from './case.ts';
import { ModelSubject } from './model-subject.ts';

/** A case that takes longer never ends. */
const CASE_MAX_MS = 20_000;

const MEMORY_MAX_MB = 2000;

export class WorkerModel implements Subject {
  readonly #file: URL;
  readonly #caseMaxMs: number;
  #worker: Worker | null = null;
  #settle: (outcome: Outcome) => void = () => undefined;

  /** `file`: a module that calls `serveModel` in a worker. */
  constructor(file: URL, caseMaxMs = CASE_MAX_MS) {
    this.#file = file;
    this.#caseMaxMs = caseMaxMs;
  }

  run(tested: Case): Promise<Outcome> {
    const worker = (this.#worker ??= this.#start());
    return new Promise((resolve) => {
      const timer = setTimeout(() => void this.#fail('hangs'), this.#caseMaxMs);
      this.#settle = (outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      worker.postMessage(tested);
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#file, { resourceLimits: { maxOldGenerationSizeMb: MEMORY_MAX_MB } });
    worker.on('message', (outcome: Outcome) => this.#settle(outcome));
    worker.on('error', (error) => void this.#fail(`ends its thread: ${String(error)}`));
    worker.on('exit', (code) => {
      if (worker === this.#worker) void this.#fail(`exits with ${code}`);
    });
    return worker;
  }

  /** The case has no outcome: the next one gets a new thread. */
  async #fail(why: string): Promise<void> {
    await this.close();
    this.#settle({ received: [], end: why });
  }
}

/** Runs the cases that the main thread sends. */
export function serveModel(): void {
  const model = new ModelSubject(() => Date.now());
  parentPort?.on('message', (tested: Case) => {
    void model.run(tested).then((outcome) => parentPort?.postMessage(outcome));
  });
}
