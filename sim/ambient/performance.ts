/** `performance` on the host's monotonic clock. Marks and measures are accepted but not kept. */
import type { AmbientHost } from '../system/image.ts';
import { busyMs, elapsedMs } from './process/measurements.ts';

export interface SimulatedPerformance {
  now(): number;
  readonly timeOrigin: number;
  [name: string]: unknown;
}

export function createPerformance(host: AmbientHost): SimulatedPerformance {
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
    markResourceTiming() {},
    getEntries: () => [],
    getEntriesByName: () => [],
    getEntriesByType: () => [],
    timerify: (callback: unknown) => callback,
    toJSON: () => ({ timeOrigin: 0 }),
    eventLoopUtilization: (now?: LoopUse, before?: LoopUse) => loopUse(host, now, before),
  };
}

interface LoopUse {
  readonly idle: number;
  readonly active: number;
  readonly utilization?: number;
}

/** Milliseconds in which the event loop waited and worked: in total, or since an earlier result. */
function loopUse(host: AmbientHost, now?: LoopUse, before?: LoopUse): LoopUse {
  const total = { idle: elapsedMs(host) - busyMs(host), active: busyMs(host) };
  const [end, begin] = before === undefined ? [total, now] : [now ?? total, before];
  const idle = end.idle - (begin?.idle ?? 0);
  const active = end.active - (begin?.active ?? 0);
  return { idle, active, utilization: idle + active === 0 ? 0 : active / (idle + active) };
}
