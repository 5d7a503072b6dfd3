import type { Domain } from '../kernel/heap.ts';

/** The domain of events on the way between clients and nodes. */
export const NETWORK: Domain = { name: 'network', alive: true };
