/**
 * The options of the programming interface, as callers write them.
 */
import { fileURLToPath } from 'node:url';
import type { CampaignOptions } from '../search/campaign-options.ts';
import type { FoundFailure } from './found-failure.ts';
import type { WorkersOptions } from './workers.ts';

/** Where scenarios and replays are looked up, and what runs them. */
export interface PlaceOptions {
  /**
   * Relative paths and ids of replays are resolved from this folder. `process.cwd()` by default.
   */
  readonly folder?: string | undefined;
  /**
   * Number of worker threads. By default there are none: runs execute in this process, one after
   * the other. That starts fast and can be debugged, but a step that never yields is not detected.
   */
  readonly jobs?: number | undefined;
  /** With worker threads: a step that takes more CPU time is stuck, in ms. 10 s by default. */
  readonly stuckMs?: number | undefined;
}

/** The options of a campaign that callers write in another form, or not at all. */
type Converted = 'seedStart' | 'shard' | 'repeatOneIn' | 'onRun';

/** Which runs are made, and what is done with failures. */
export interface CampaignInput extends Partial<Omit<CampaignOptions, Converted>> {
  /** The first seed, such as `0x5f21c0de`. */
  readonly seedStart?: string | undefined;
  /**
   * Run only one shard of the seeds: `2/3` is the second shard of three. All shards together run
   * all seeds.
   */
  readonly shard?: string | undefined;
  /** The id of a variant of the scenario. The unmodified code by default. */
  readonly variant?: string | undefined;
  /** Save failures in the folder `replays` of the scenario's package. */
  readonly save?: boolean | undefined;
}

export interface RunOptions extends CampaignInput, PlaceOptions, Pick<CampaignOptions, 'onRun'> {
  /** Called with each shrunk failure, and again for a smaller failure of the same signature. */
  readonly onFinding?: ((found: FoundFailure) => void) | undefined;
}

const DEFAULT_STUCK_MS = 10_000;

export function workersOptionsOf({ jobs = 0, stuckMs = DEFAULT_STUCK_MS }: PlaceOptions): WorkersOptions {
  return { jobs, stuckMs };
}

export function pathOf(file: string | URL): string {
  return file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file;
}
