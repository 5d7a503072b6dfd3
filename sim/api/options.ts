/**
 * What callers of the programming interface may ask for.
 */
import { fileURLToPath } from 'node:url';
import { parseSeed, type Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import type { WorkersOptions } from './workers.ts';

/** Where and by whom runs are made. */
export interface PlaceOptions {
  /** Relative paths and identifiers of replays are looked up from here; `process.cwd()` otherwise. */
  readonly folder?: string;
  /**
   * So many worker threads. Without it, everything runs in this process, one run after the other: nothing to start, and a debugger
   * sees it, but a step that never yields is not noticed by anybody.
   */
  readonly jobs?: number;
  /** With worker threads: a step that takes longer is stuck. 10 s otherwise. */
  readonly stuckMs?: number;
}

/** Which runs are made, and what becomes of those that fail. Sizes (`clients`, `nodes`, …) are those of the command line. */
export interface CampaignOptions extends PlanSizes {
  /** So many seeds. */
  readonly seeds?: number;
  /** For so long, in real time. */
  readonly timeMs?: number;
  /** The first seed, such as `0x5f21c0de`. */
  readonly seedStart?: string;
  /** Only every n-th of the seeds, such as `2/3`: the second shard of three. All shards together run all seeds. */
  readonly shard?: string;
  /** Stop after so many failing seeds. */
  readonly bail?: number;
  /** A variant of the scenario, by its identifier; the clean code otherwise. */
  readonly variant?: string;
  /** End a run that takes more steps. */
  readonly stepsMax?: number;
  /** The most real time to make one failure small; 10 s otherwise. */
  readonly shrinkMs?: number;
  /** Save failures in the folder `replays` of the scenario's package. */
  readonly save?: boolean;
  /** Aborted: finish what runs, begin nothing new. */
  readonly signal?: AbortSignal;
}

const STUCK_MS = 10_000;

export function workersOptionsOf({ jobs = 0, stuckMs = STUCK_MS }: PlaceOptions): WorkersOptions {
  return { jobs, stuckMs };
}

/** `usual` when none was asked for. */
export function seedOf(text: string | undefined, usual: () => Seed): Seed {
  return text === undefined ? usual() : (parseSeed(text) ?? usual());
}

export function pathOf(file: string | URL): string {
  return file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file;
}
