/**
 * The size of the heap of this thread after a full garbage collection.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Returns a function that collects garbage and returns the bytes in use. */
export function heapGauge(): () => number {
  // The flag adds `gc` to the globals of contexts created later.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
}
