/** `performance` on the host's monotonic clock. Marks and measures are accepted but not kept. */
import type { AmbientHost } from '../system/image.ts';
import type { Guard } from './guard.ts';

export interface SimulatedPerformance {
  now(): number;
  readonly timeOrigin: number;
  [name: string]: unknown;
}

export function createPerformance(host: AmbientHost, guard: Guard): SimulatedPerformance {
  const entry = (name: string, entryType: string): object => ({
    name,
    entryType,
    startTime: host.monotonicMs(),
    duration: 0,
    detail: null,
  });
  return {
    now: () => host.monotonicMs(),
    // The wall clock may jump, so its difference to the monotonic clock means nothing.
    timeOrigin: 0,
    mark: (name: string) => entry(name, 'mark'),
    measure: (name: string) => entry(name, 'measure'),
    clearMarks() {},
    clearMeasures() {},
    clearResourceTimings() {},
    getEntries: () => [],
    getEntriesByName: () => [],
    getEntriesByType: () => [],
    timerify: (callback: unknown) => callback,
    toJSON: () => ({ timeOrigin: 0 }),
    eventLoopUtilization: guard.refusing('performance.eventLoopUtilization'),
  };
}
