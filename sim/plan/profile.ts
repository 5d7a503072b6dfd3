/**
 * Profiles: which kinds of faults a campaign is about, by name.
 *
 * A fault of time is one of the machine that a node runs on: timers are late where much starts at once, and a new machine's clock is not set
 * right yet. So it belongs to `node`. A point is a system's own, and belongs to no part of the world: faults of points come with all others only.
 */
import { FAULT_KINDS } from '../world/faults/catalogue.ts';
import { FAULT_GROUPS, type FaultGroup } from '../world/faults/fault-kind.ts';
import { PLAN_LIMITS } from './shape.ts';

export interface Profile {
  readonly groups: readonly FaultGroup[];
  /** So many times the scenario's usual number of faults. */
  readonly intensity: number;
}

export const PROFILES = {
  all: { groups: FAULT_GROUPS, intensity: 1 },
  /** Delays and order are all that differs. */
  calm: { groups: [], intensity: 0 },
  redis: { groups: ['redis'], intensity: 1 },
  network: { groups: ['network'], intensity: 1 },
  node: { groups: ['node', 'time'], intensity: 1 },
  storm: { groups: FAULT_GROUPS, intensity: 4 },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof PROFILES;

/** Of some kinds of faults, those that a profile is about. */
export function kindsOf({ groups }: Profile, kinds: readonly string[]): readonly string[] {
  return kinds.filter((kind) => {
    const group = FAULT_KINDS.get(kind)?.group;
    return group !== undefined && groups.includes(group);
  });
}

/** The most faults of a seed, where the scenario usually has at most `faultsMax`. */
export function mostFaults({ intensity }: Profile, faultsMax: number): number {
  return Math.min(PLAN_LIMITS.faults, Math.ceil(faultsMax * intensity));
}
