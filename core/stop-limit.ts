/** The one limit of a graceful stop, which all its steps share. */
import type { Limits } from './limits.ts';
import type { Clock } from './ports.ts';

/**
 * How long before the end of the limit each step gives up. The later steps take almost no time
 * unless something does not answer.
 */
const REST_MS = { drain: 800, flush: 600, tasks: 400, store: 300, sockets: 100 } as const;

export type StopStep = keyof typeof REST_MS;

/** Each step has this time, even if the process was suspended until after the limit. */
const STEP_MIN_MS = 100;

/** The limit begins now. The result says how long a step may take that begins at its call. */
export function stopLimit(clock: Clock, { stopWithinMs }: Pick<Limits, 'stopWithinMs'>): (step: StopStep) => number {
  const endsAtMs = clock.monotonicMs() + stopWithinMs;
  return (step) => Math.max(STEP_MIN_MS, endsAtMs - REST_MS[step] - clock.monotonicMs());
}
