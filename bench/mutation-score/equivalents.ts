/**
 * Mutants that no run can distinguish from the unmodified gateway, of those that no seed has found.
 * Each is claimed by one reading of the code and confirmed by another, made without the first
 * reason. A claim without a confirmation does not count.
 */
export interface Equivalent {
  readonly id: string;
  readonly reason: string;
  readonly confirmation: string;
}

export const equivalents: readonly Equivalent[] = [];
