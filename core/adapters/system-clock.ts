import type { Clock } from '../ports.ts';

// setTimeout fires at once for a longer delay.
const delayMaxMs = 2 ** 31 - 1;

// Node rounds to whole milliseconds and so may fire up to 1 ms early, which the port does not
// allow.
const roundingMs = 1;

/** The clock of the process. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  startTimer: (_tag, delayMs, fire) => {
    const timeout = setTimeout(fire, Math.min(Math.ceil(delayMs) + roundingMs, delayMaxMs));
    return {
      cancel: () => {
        clearTimeout(timeout);
      },
    };
  },
};
