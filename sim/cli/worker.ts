/**
 * A worker thread: evaluates bundles, performs jobs one after the other, and publishes how far it is for the watchdog.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { loadImage } from '../load/load-image.ts';
import type { SystemBundle } from '../load/bundle.ts';
import { RunResources } from '../run/run.ts';
import { type Loaded, perform } from '../search/perform.ts';
import { type FromWorker, PROGRESS, type ToWorker } from '../search/pool.ts';

const port = parentPort;
if (port === null) throw new Error('this module runs as a worker');

const progress = new Int32Array(workerData as SharedArrayBuffer);
const resources = new RunResources();
const loaded = new Map<number, Loaded>();
const pending: ToWorker[] = [];
const now = performance.now.bind(performance);
let busy = false;

function tell(message: FromWorker): void {
  port?.postMessage(message);
}

function onStep(step: number): void {
  progress[PROGRESS.step] = step;
}

async function handle(message: ToWorker): Promise<void> {
  if (message.kind === 'bundle') {
    loaded.set(message.id, loadImage(message.bundle as SystemBundle, resources));
    return;
  }
  const scenario = loaded.get(message.bundle);
  if (scenario === undefined) throw new Error(`bundle ${message.bundle} is not loaded`);
  progress[PROGRESS.step] = 0;
  progress[PROGRESS.runs] = (progress[PROGRESS.runs] ?? 0) + 1;
  const report = await perform(scenario, message.job, { onStep, nowMs: now });
  tell({ kind: 'report', id: message.id, report });
}

/** Messages are handled strictly one after the other: a run owns the thread's globals while it lasts. */
async function work(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let message = pending.shift(); message !== undefined; message = pending.shift()) {
    try {
      await handle(message);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (message.kind === 'job') tell({ kind: 'fault', id: message.id, text });
    }
  }
  busy = false;
}

port.on('message', (message: ToWorker) => {
  pending.push(message);
  void work();
});
tell({ kind: 'ready' });
