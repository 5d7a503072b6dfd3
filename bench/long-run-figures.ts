/**
 * Bounded memory. The long run executes in a worker with a heap limit that kills the worker if it
 * is exceeded. The figure is the heap at the end against the heap after the first quarter.
 */
import { Worker } from 'node:worker_threads';
import { type Figure, median } from './figure.ts';
import type { LongRun } from './long-run.ts';
import type { Sizes } from './sizes.ts';

const HEAP_MIB_MAX = 128;
const MIB = 1024 * 1024;

export async function longRunFigures(sizes: Sizes): Promise<Figure[]> {
  const events = sizes.longRunEvents;
  if (events === 0) return [];
  const { heapBytes } = await inWorker(events);
  const quarter = heapBytes.length / 4;
  const ours = median(heapBytes.slice(-quarter)) / MIB;
  const reference = median(heapBytes.slice(0, quarter)) / MIB;
  return [
    {
      name: `long run, ${events / 1e6} million events`,
      unit: 'MiB/heap',
      ours,
      reference,
      referenceName: `its first quarter; the worker's heap has ${HEAP_MIB_MAX} MiB`,
      ratio: ours / reference,
    },
  ];
}

function inWorker(events: number): Promise<LongRun> {
  return new Promise((resolve, reject) => {
    // The benchmark is bundled into one file, which recognises its role by `workerData`.
    const worker = new Worker(new URL('./main.js', import.meta.url), {
      workerData: { events },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the worker of the long run exited without a result')));
  });
}
