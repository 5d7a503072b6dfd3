/**
 * How deep the data of a script, and the matches of its patterns, may be nested. A real server has
 * limits that follow from the memory of its stack. Those of JavaScript differ between machines, so
 * a lower limit must end the nesting.
 */
import { refuse } from '../model/reply.ts';

export const DEPTH_MAX = 1000;

/** Reports what is deeper as not simulated. */
export function checkDepth(depth: number, what = 'data of a script'): void {
  if (depth > DEPTH_MAX) refuse(`${what} nested deeper than ${DEPTH_MAX} levels`);
}
