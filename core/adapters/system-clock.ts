import type { Clock } from '../ports.ts';

// A longer delay would overflow and fire at once.
const delayMaxMs = 2 ** 31 - 1;

// Node counts from one whole millisecond to another, and so fires by part of one too early; a timer of the port never does.
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
