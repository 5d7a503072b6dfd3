/**
 * What callers of the programming interface may ask for, and the check of it: they have no compiler in every case.
 */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { parseSeed, type Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import { PLAN_LIMITS } from '../plan/shape.ts';
import type { CrewOptions } from './crew.ts';
import { parseShard } from '../search/shard.ts';
import { UsageError } from './usage-error.ts';

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

const whole = (min: number, max = Number.MAX_SAFE_INTEGER) => z.number().int().min(min).max(max).optional();
const time = z.number().positive().optional();

const shape = z.strictObject({
  folder: z.string().optional(),
  jobs: whole(0, 256),
  stuckMs: time,
  seeds: whole(1),
  timeMs: time,
  seedStart: z
    .string()
    .refine((text) => parseSeed(text) !== null, 'give 0x and 1 to 16 hexadecimal digits')
    .optional(),
  shard: z
    .string()
    .refine((text) => parseShard(text) !== null, 'give a number and how many there are, such as 2/3')
    .optional(),
  bail: whole(1),
  variant: z.string().optional(),
  stepsMax: whole(1),
  shrinkMs: z.number().min(0).optional(),
  save: z.boolean().optional(),
  signal: z.instanceof(AbortSignal).optional(),
  clients: whole(1, PLAN_LIMITS.actors),
  nodes: whole(1, PLAN_LIMITS.nodes),
  strategy: z.string().optional(),
  profile: z.string().optional(),
  onRun: z.custom((value) => typeof value === 'function', 'must be a function').optional(),
  onFinding: z.custom((value) => typeof value === 'function', 'must be a function').optional(),
  clean: z.boolean().optional(),
  timeoutMs: z.number().min(0).optional(),
});

/** Throws UsageError with the first thing that is wrong. */
export function checkOptions(options: object): void {
  const { success, error } = shape.safeParse(options);
  if (success) return;
  const [issue] = error.issues;
  throw new UsageError(`options: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`);
}

export function crewOptionsOf({ jobs = 0, stuckMs = STUCK_MS }: PlaceOptions): CrewOptions {
  return { jobs, stuckMs };
}

/** `usual` when none was asked for. */
export function seedOf(text: string | undefined, usual: () => Seed): Seed {
  return text === undefined ? usual() : (parseSeed(text) ?? usual());
}

export function pathOf(file: string | URL): string {
  return file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file;
}
