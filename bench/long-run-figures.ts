/**
 * Bounded memory: the long run in a worker whose heap may not grow beyond a limit, which kills the worker if it does; and the heap that is left
 * at its end against what was left at its beginning.
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
    // The whole benchmark is bundled into one file, which knows what it is by what it is given.
    const worker = new Worker(new URL('./main.js', import.meta.url), {
      workerData: { events },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
    });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the worker of the long run ended without a word')));
  });
}
