// @ts-check
/**
 * A `Worker` whose thread outlives it, as long as it has no job: a thread spends most of a short
 * command on loading the simulator. A worker that is terminated during a job takes its thread with
 * it.
 */
import { EventEmitter } from 'node:events';
import threads from 'node:worker_threads';

/** Not an import, whose value is `ReusedWorker` when the host of commands has replaced it. */
const { MessageChannel, Worker } = threads;

/** A thread keeps what its workers evaluated, so it serves a limited number of them. */
const WORKERS_MAX = 30;

/** @typedef {import('../../search/worker-pool.ts').FromWorker} FromWorker */
/** @typedef {import('../../search/worker-pool.ts').ToWorker} ToWorker */
/** @typedef {{ thread: threads.Worker, workers: number, owner: ReusedWorker | null }} Thread */

/** @type {Thread[]} */
const free = [];

/** @returns {Thread} */
function startThread() {
  const thread = new Worker(new URL('./reused-thread.js', import.meta.url), { stdout: true, stderr: true });
  // The streams of the process are those of the current command.
  thread.stdout.on('data', (text) => process.stdout.write(text));
  thread.stderr.on('data', (text) => process.stderr.write(text));
  /** @type {Thread} */
  const started = { thread, workers: 0, owner: null };
  thread.on('error', (error) => started.owner?.emit('error', error));
  thread.on('exit', (code) => {
    if (free.includes(started)) free.splice(free.indexOf(started), 1);
    started.owner?.emit('exit', code);
  });
  return started;
}

export class ReusedWorker extends EventEmitter {
  #thread;
  #port;
  #jobs = 0;

  /**
   * @param {URL} entry
   * @param {{ workerData: unknown }} options
   */
  constructor(entry, { workerData }) {
    super();
    this.#thread = free.pop() ?? startThread();
    this.#thread.owner = this;
    this.#thread.workers += 1;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (/** @type {FromWorker} */ message) => {
      if (message.kind !== 'ready') this.#jobs -= 1;
      this.emit('message', message);
    });
    this.#thread.thread.postMessage({ entry: entry.href, workerData, port: port2 }, [port2]);
  }

  /** @param {ToWorker} message */
  postMessage(message) {
    if (message.kind === 'job') this.#jobs += 1;
    this.#port.postMessage(message);
  }

  /** @returns {Promise<number>} */
  async terminate() {
    this.#port.close();
    this.#thread.owner = null;
    if (this.#jobs > 0 || this.#thread.workers === WORKERS_MAX) return this.#thread.thread.terminate();
    free.push(this.#thread);
    return 0;
  }
}
