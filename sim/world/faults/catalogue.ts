/**
 * Every kind of fault, by its name.
 */
import type { FaultKind } from './fault-kind.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { NODE_FAULTS } from './node-faults.ts';
import { REDIS_FAULTS } from './redis-faults.ts';

const KINDS = [...NETWORK_FAULTS, ...REDIS_FAULTS, ...NODE_FAULTS] as const;

/** The name of a fault that the simulator can inject. */
export type FaultName = (typeof KINDS)[number]['kind'];

export const FAULT_KINDS: ReadonlyMap<string, FaultKind> = new Map(KINDS.map((kind) => [kind.kind, kind]));
