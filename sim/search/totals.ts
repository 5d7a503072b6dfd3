/**
 * What a campaign adds up.
 */
import type { Seed } from '../kernel/seed.ts';
import type { Failure } from '../run/run-verdict.ts';
import { addUses, NO_USES, type Uses } from '../run/use-counts.ts';
import type { RunReport } from './job.ts';

export interface Totals {
  seeds: number;
  events: number;
  virtualMs: number;
  wallMs: number;
  /** What the actors of all runs did with the system. */
  uses: Uses;
  readonly faults: Record<string, number>;
  readonly marks: Record<string, number>;
  readonly checked: Record<string, number>;
  /** Runs that were repeated and compared. */
  repeated: number;
  /** By signature, in the order of their first seeds: the first seed that fails so, and how many do. */
  readonly failures: Map<string, { readonly seed: Seed; readonly failure: Failure; count: number }>;
  /** Of the last seed; of interest when there is only one. */
  lastDigest: string;
}

export function emptyTotals(): Totals {
  return {
    seeds: 0,
    events: 0,
    virtualMs: 0,
    wallMs: 0,
    uses: NO_USES,
    faults: {},
    marks: {},
    checked: {},
    repeated: 0,
    failures: new Map(),
    lastDigest: '',
  };
}

export function addRun(totals: Totals, report: RunReport): void {
  totals.seeds += 1;
  totals.events += report.steps;
  totals.virtualMs += report.virtualMs;
  totals.uses = addUses(totals.uses, report.uses);
  totals.lastDigest = report.digest;
  for (const name of ['faults', 'marks', 'checked'] as const) {
    for (const [key, value] of Object.entries(report[name])) totals[name][key] = (totals[name][key] ?? 0) + value;
  }
}
