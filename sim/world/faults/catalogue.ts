/**
 * The catalogue of faults, by name. It is the only list: the type of the names is derived from it.
 */
import type { FaultKind } from './fault-kind.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { NODE_FAULTS } from './node-faults.ts';
import { REDIS_FAULTS } from './redis-faults.ts';
import { TCP_FAULTS } from './tcp-faults.ts';

const KINDS = [...NETWORK_FAULTS, ...TCP_FAULTS, ...REDIS_FAULTS, ...NODE_FAULTS] as const;

/** The name of a fault that the simulator can inject. */
export type FaultName = (typeof KINDS)[number]['kind'];

/** In the order in which plans draw them. The keys are strings, because replays come from files. */
export const FAULT_KINDS: ReadonlyMap<string, FaultKind> = new Map(KINDS.map((kind) => [kind.kind, kind]));

export const FAULT_NAMES: readonly FaultName[] = KINDS.map(({ kind }) => kind);

/** What a system has that some faults need. */
export interface FaultNeeds {
  readonly hasOtherVersion: boolean;
  /** It opens its own port, as main modules do. */
  readonly hasPort: boolean;
  readonly mayUseRedis: boolean;
  readonly mayUseFailpoints: boolean;
  /** Some faults hit the connections of actors. */
  readonly hasActors: boolean;
}

/**
 * The kinds that a scenario injects by default: those that can have an effect on its system, apart
 * from those that a scenario has to name.
 */
export function possibleFaults(needs: FaultNeeds): readonly FaultName[] {
  return FAULT_NAMES.filter((name) => {
    const kind = FAULT_KINDS.get(name);
    return (
      kind?.isOnlyNamed !== true &&
      (needs.hasOtherVersion || kind?.needsOtherVersion !== true) &&
      (needs.hasPort || kind?.needsPort !== true) &&
      (needs.mayUseRedis || kind?.aims !== 'redis') &&
      (needs.mayUseFailpoints || kind?.group !== 'point') &&
      (needs.hasActors || kind?.aims !== 'client')
    );
  });
}
