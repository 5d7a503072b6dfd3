import type { RateStore } from '../ports.ts';

/** For a single gateway without Redis, which counts alone. */
export const memoryRates: RateStore = {
  fastUsers: () => Promise.resolve({ timeMs: 0, users: [] }),
  addFrames: () => Promise.resolve(0),
};
