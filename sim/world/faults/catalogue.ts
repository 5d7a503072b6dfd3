/**
 * All kinds of faults there are, by name.
 */
import type { FaultKind } from './fault-kind.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { NODE_FAULTS } from './node-faults.ts';
import { REDIS_FAULTS } from './redis-faults.ts';

export const FAULT_KINDS: ReadonlyMap<string, FaultKind> = new Map(
  [...NETWORK_FAULTS, ...REDIS_FAULTS, ...NODE_FAULTS].map((kind) => [kind.kind, kind]),
);
