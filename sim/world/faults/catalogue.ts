/**
 * The catalogue of faults, by name. It is the only list: the type of the names is derived from it.
 */
import type { FaultKind } from './fault-kind.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { NODE_FAULTS } from './node-faults.ts';
import { REDIS_FAULTS } from './redis-faults.ts';

const ALL = [...NETWORK_FAULTS, ...REDIS_FAULTS, ...NODE_FAULTS] as const;

/** The name of a kind of fault, such as `latency`. */
export type FaultName = (typeof ALL)[number]['kind'];

/** In the order in which plans draw them. Looked up with any string, since replays are read from files. */
export const FAULT_KINDS: ReadonlyMap<string, FaultKind> = new Map<string, FaultKind>(
  ALL.map((kind) => [kind.kind, kind]),
);

export const FAULT_NAMES: readonly FaultName[] = ALL.map(({ kind }) => kind);

/** Without those that need another version of the system, unless there is one. */
export function possibleFaults(hasOtherVersion: boolean): readonly FaultName[] {
  return FAULT_NAMES.filter((name) => hasOtherVersion || FAULT_KINDS.get(name)?.needsOtherVersion !== true);
}
