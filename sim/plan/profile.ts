/**
 * Profiles: the kinds of faults that a campaign injects, by name.
 *
 * Faults of time are faults of a node's machine: timers are late while many processes start, and
 * the clock of a new machine is not yet set. So they belong to `node`. Failpoints are part of the
 * system, not of its environment, so only profiles with all groups inject faults at them.
 */
import { FAULT_KINDS } from '../world/faults/catalogue.ts';
import { FAULT_GROUPS, type FaultGroup } from '../world/faults/fault-kind.ts';
import { PLAN_LIMITS } from './shape.ts';

export interface Profile {
  readonly groups: readonly FaultGroup[];
  /** Factor for the scenario's `faultsMax`. */
  readonly intensity: number;
}

export const PROFILES = {
  all: { groups: FAULT_GROUPS, intensity: 1 },
  /** Only delays and order vary. */
  calm: { groups: [], intensity: 0 },
  redis: { groups: ['redis'], intensity: 1 },
  network: { groups: ['network'], intensity: 1 },
  node: { groups: ['node', 'time'], intensity: 1 },
  storm: { groups: FAULT_GROUPS, intensity: 4 },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof PROFILES;

/** Filters kinds of faults by the profile. */
export function kindsOf({ groups }: Profile, kinds: readonly string[]): readonly string[] {
  return kinds.filter((kind) => {
    const group = FAULT_KINDS.get(kind)?.group;
    return group !== undefined && groups.includes(group);
  });
}

/** The most faults in a plan of this profile, for a scenario with at most `faultsMax`. */
export function mostFaults({ intensity }: Profile, faultsMax: number): number {
  return Math.min(PLAN_LIMITS.faults, Math.ceil(faultsMax * intensity));
}
