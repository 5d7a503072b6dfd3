import type { MessageRelay } from '../ports.ts';

/** For a single gateway without Redis: there is no other node. */
export const memoryRelay: MessageRelay = {
  publish: () => Promise.resolve(),
  onText: () => undefined,
};
