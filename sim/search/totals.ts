/**
 * The sums over all runs of a campaign.
 */
import { createHash } from 'node:crypto';
import type { Seed } from '../kernel/seed.ts';
import type { Failure } from '../run/run-verdict.ts';
import { addUses, NO_USES, type Uses } from '../run/use-counts.ts';
import type { RunReport } from './job.ts';

const DIGEST_LENGTH = 16;

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
  /** Number of runs that were repeated and compared. */
  repeated: number;
  /**
   * By signature, in the order of their first seeds: the first failing seed, its failure, and the
   * number of failing seeds.
   */
  readonly failures: Map<string, { readonly seed: Seed; readonly failure: Failure; count: number }>;
  /** Digest of the last seed. Useful for a campaign of one seed. */
  lastDigest: string;
  /** Over the digests of all seeds, in their order: 16 hexadecimal digits; empty without a seed. */
  digest: string;
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
    digest: '',
  };
}

export function addRun(totals: Totals, report: RunReport): void {
  totals.seeds += 1;
  totals.events += report.steps;
  totals.virtualMs += report.virtualMs;
  totals.uses = addUses(totals.uses, report.uses);
  totals.lastDigest = report.digest;
  totals.digest = hash(`${totals.digest} ${report.digest}`);
  for (const name of ['faults', 'marks', 'checked'] as const) {
    for (const [key, value] of Object.entries(report[name])) totals[name][key] = (totals[name][key] ?? 0) + value;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);
}
