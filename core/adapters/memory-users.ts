import type { UserStore } from '../ports.ts';

/** For a single gateway without Redis, which bounds its own connections. */
export const memoryUsers: UserStore = {
  beat: () => Promise.resolve({ timeMs: 0, isKnown: true }),
  leave: () => Promise.resolve(),
  put: () => Promise.resolve(new Map()),
  living: () => Promise.resolve(new Set()),
  report: () => Promise.resolve(),
  reported: () => Promise.resolve([]),
};
