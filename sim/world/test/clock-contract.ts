/**
 * What the simulated clocks and timers share with those of Node. Each entry does something and
 * tells what came of it; the same has to come of it in both places.
 */
import { CLOCK_ORDER } from './clock-order.ts';
import type { ClockEntry } from './clock-place.ts';
import { CLOCK_TIME } from './clock-time.ts';

export const CLOCK_CONTRACT: readonly ClockEntry[] = [...CLOCK_ORDER, ...CLOCK_TIME];
