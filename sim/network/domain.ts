import type { Domain } from '../kernel/heap.ts';

/** Whose work it is to carry what is under way between clients and nodes. */
export const NETWORK: Domain = { name: 'network', alive: true };
