import type { RevocationStore } from '../ports.ts';

/** For a single gateway without Redis, which knows its revocations: nothing has to be stored. */
export const memoryRevocations: RevocationStore = {
  add: () => Promise.resolve(),
  version: () => Promise.resolve(null),
  read: () => Promise.resolve({ version: null, revocations: [] }),
  forget: () => Promise.resolve(),
  onChange: () => undefined,
};
