/**
 * What is on the heap of this thread when all garbage has been collected.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Gives a function that collects all garbage and says how many bytes are left. */
export function heapGauge(): () => number {
  // The flag makes `gc` a global of contexts that are made after it.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
}
