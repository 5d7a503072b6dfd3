/**
 * The options of a campaign. The command line and `api` build this object, and the search uses it
 * as it is. An option that is undefined counts as absent.
 */
import type { Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import type { Shard } from './shard.ts';
import type { Totals } from './totals.ts';

/** Real time to run for, when neither `seeds` nor `timeMs` limits a campaign. */
export const DEFAULT_TIME_MS = 10_000;
export const DEFAULT_SHRINK_MS = 10_000;

/** Every 20th run is repeated: enough to notice nondeterminism, at 5 % of the time. */
export const DEFAULT_REPEAT_ONE_IN = 20;

export interface CampaignOptions extends PlanSizes {
  /** The first seed, such as `0x5f21c0de`. */
  readonly seedStart: Seed;
  /** Number of seeds to run. Shards share them. */
  readonly seeds?: number | undefined;
  /** Real time to run for, in milliseconds. 10 s by default, when `seeds` is not given either. */
  readonly timeMs?: number | undefined;
  /** Run only the seeds of one shard. All seeds by default. */
  readonly shard?: Shard | undefined;
  /** Number of failing seeds after which the campaign stops. No limit by default. */
  readonly bail?: number | undefined;
  /** End a run that takes more steps. */
  readonly stepsMax?: number | undefined;
  /** The most real time to shrink one failure, in milliseconds. 10 s by default. */
  readonly shrinkMs: number;
  /** Repeat every n-th run and compare the two. 20 by default. */
  readonly repeatOneIn?: number | undefined;
  /** When aborted, the campaign finishes its current runs and starts no new ones. */
  readonly signal: AbortSignal;
  /** Called after each run with the totals so far. */
  readonly onRun?: ((totals: Totals) => void) | undefined;
}

/** The options that fix sizes of plans, without all others. */
export function sizesOf({ clients, nodes, strategy, profile, faults }: PlanSizes): PlanSizes {
  return { clients, nodes, strategy, profile, faults };
}
