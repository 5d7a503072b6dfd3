/**
 * The real clocks and timers of this process, which signals can stop and continue.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import timersPromises from 'node:timers/promises';
import type { Clock } from '../../system/types.ts';
import type { AmbientNames, ClockPlace } from './clock-place.ts';

const NAMES = {
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  clearInterval,
  clearImmediate,
  queueMicrotask,
  process,
  Date,
  performance,
  AbortSignal,
  promises: timersPromises,
} as unknown as AmbientNames;

export interface RealClock extends ClockPlace {
  /** Resolves when no child process is left that would wake this process. */
  settled(): Promise<void>;
}

/**
 * @param clock the clock to test
 */
export function realClock(clock: Clock): RealClock {
  const wakers: Promise<unknown>[] = [];
  return {
    clock,
    names: NAMES,
    stall: (ms, onArrival) => {
      // Several times, because the first signal may arrive before this process has stopped.
      const wake = `sleep ${ms / 1000}; echo awake; for i in 1 2 3 4 5; do kill -CONT ${process.pid}; sleep 0.05; done`;
      const waker = spawn('sh', ['-c', wake], { stdio: ['ignore', 'pipe', 'ignore'] });
      wakers.push(once(waker, 'exit'));
      waker.stdout.once('data', () => onArrival?.());
      process.kill(process.pid, 'SIGSTOP');
    },
    settled: async () => {
      await Promise.all(wakers.splice(0));
    },
  };
}
