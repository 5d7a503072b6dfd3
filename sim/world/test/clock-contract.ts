/**
 * The contract of clocks and timers, simulated and real. Each entry returns a value, which must be
 * the same in both places.
 */
import { CLOCK_HANDLES } from './clock-handles.ts';
import { CLOCK_ORDER } from './clock-order.ts';
import type { ClockEntry } from './clock-place.ts';
import { CLOCK_TIME } from './clock-time.ts';

export const CLOCK_CONTRACT: readonly ClockEntry[] = [...CLOCK_ORDER, ...CLOCK_TIME, ...CLOCK_HANDLES];
