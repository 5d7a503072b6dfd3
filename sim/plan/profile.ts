/**
 * Profiles: which kinds of faults a campaign is about, by name.
 */
import { FAULT_KINDS } from '../world/faults.ts';
import type { FaultKind } from '../world/fault-kind.ts';

export interface Profile {
  /** What the faults aim at. */
  readonly aims: readonly FaultKind['aims'][];
  /** So many times the scenario's usual number of faults. */
  readonly intensity: number;
}

const EVERYTHING = ['client', 'node', 'redis'] as const;

export const PROFILES = {
  all: { aims: EVERYTHING, intensity: 1 },
  calm: { aims: [], intensity: 0 },
  redis: { aims: ['redis'], intensity: 1 },
  network: { aims: ['client'], intensity: 1 },
  deploy: { aims: ['node'], intensity: 1 },
  storm: { aims: EVERYTHING, intensity: 4 },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof PROFILES;

/** Of some kinds of faults, those that a profile is about. */
export function kindsOf({ aims }: Profile, kinds: readonly string[]): readonly string[] {
  return kinds.filter((kind) => {
    const aim = FAULT_KINDS.get(kind)?.aims;
    return aim !== undefined && aims.includes(aim);
  });
}
