/**
 * Entry of a worker thread: evaluates bundles, runs jobs one at a time, and publishes its progress
 * in shared memory for the watchdog.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { SystemBundle } from '../load/bundle.ts';
import { LoadError } from '../load/errors.ts';
import { RunResources } from '../run/execute-run.ts';
import { runJob } from '../search/run-job.ts';
import { LoadedBundles } from './loaded-bundles.ts';
import { type FromWorker, PROGRESS, type ToWorker } from '../search/worker-pool.ts';

const port = parentPort;
if (port === null) throw new Error('sim/cli/worker.ts must be started as a worker thread');

const progress = new Int32Array(workerData as SharedArrayBuffer);
const bundles = new LoadedBundles(new RunResources());
const pending: ToWorker[] = [];
const now = performance.now.bind(performance);
let busy = false;

function post(message: FromWorker): void {
  port?.postMessage(message);
}

function onStep(step: number): void {
  progress[PROGRESS.step] = step;
}

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === 'bundle') {
    bundles.load(message.id, message.bundle as SystemBundle);
    return;
  }
  const scenario = bundles.get(message.bundle);
  progress[PROGRESS.step] = 0;
  progress[PROGRESS.isLoading] = 0;
  progress[PROGRESS.runs] = (progress[PROGRESS.runs] ?? 0) + 1;
  const report = await runJob(scenario, message.job, { onStep, nowMs: now });
  post({ kind: 'report', id: message.id, report });
}

/** Handles one message at a time: a run owns the thread's globals while it lasts. */
async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let message = pending.shift(); message !== undefined; message = pending.shift()) {
    try {
      await handle(message);
    } catch (error) {
      if (message.kind === 'job') post({ kind: 'fault', id: message.id, text: textOf(error) });
    }
  }
  busy = false;
}

/** The message of a LoadError, which is one line for users; the stack of any other error. */
function textOf(error: unknown): string {
  if (error instanceof LoadError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

port.on('message', (message: ToWorker) => {
  pending.push(message);
  void work();
});
post({ kind: 'ready' });
