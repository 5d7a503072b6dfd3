/**
 * A campaign: one seed after the other, until a number, a time or a person says it is enough. Each failure is shrunk, replayed and handed over as soon
 * as it is found.
 */
import { type Seed, seedAfter } from '../kernel/seed.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../run/verdict.ts';
import type { Difference } from './first-difference.ts';
import type { RunJob, RunReport, ShrinkJob, ShrinkReport } from './job.ts';
import type { Performer } from './performer.ts';
import { JobError } from './pool.ts';
import { type Repeated, repeat } from './repeat.ts';

export interface CampaignOptions {
  readonly bundle: number;
  readonly seedStart: Seed;
  /** The end, whichever comes first; at least one is given. */
  readonly seeds?: number;
  readonly timeMs?: number;
  readonly sizes: PlanSizes;
  readonly shrinkMs: number;
  /** Of so many runs, one is repeated and compared. */
  readonly repeatOneIn: number;
  /** Stop after so many failing seeds. */
  readonly bail?: number;
  readonly stepsMax?: number;
  /** Aborted: finish what runs, begin nothing new. */
  readonly signal: AbortSignal;
  readonly onRun?: (totals: Totals) => void;
  readonly onFinding: (finding: Finding) => Promise<void> | void;
  /** Monotonic wall time. */
  readonly nowMs: () => number;
}

/** The first failure of its signature, made small. */
export interface Finding {
  readonly seed: Seed;
  /** As the seed gave it. */
  readonly original: Failure;
  /** As the smallest plan gives it. */
  readonly failure: Failure;
  readonly plan: Plan;
  readonly digest: string;
  readonly codeHash: string;
  readonly records: readonly RunRecord[];
  readonly shrunk: {
    readonly before: { readonly operations: number; readonly faults: number };
    readonly after: { readonly operations: number; readonly faults: number };
    readonly runs: number;
    readonly wallMs: number;
  } | null;
  /** Of how many replays of the smallest plan, how many gave the same digest. */
  readonly replayed: { readonly same: number; readonly of: number };
  /** Of two runs of one seed, the first record that differs. */
  readonly difference?: Difference | null;
  /** Packages that, evaluated anew for each life, make the runs the same. */
  readonly statefulPackages?: readonly string[];
}

export interface Totals {
  seeds: number;
  events: number;
  virtualMs: number;
  wallMs: number;
  readonly faults: Record<string, number>;
  readonly marks: Record<string, number>;
  readonly checked: Record<string, number>;
  /** Runs that were repeated and compared. */
  repeated: number;
  /** Failing seeds, by signature, in the order of their first appearance. */
  readonly failures: Map<string, { seed: Seed; place: number; readonly failure: Failure; count: number }>;
  /** Of the run with the highest seed so far; of interest when there is only one. */
  lastDigest: string;
}

const REPLAYS = 3;

/** Somebody waits for the end: what is still found then is made small only in so far as that is quick. */
const SHRINK_MS_AFTER_ABORT = 1000;

export async function runCampaign(pool: Performer, options: CampaignOptions): Promise<Totals> {
  const { seedStart, seeds = Number.POSITIVE_INFINITY, timeMs = Number.POSITIVE_INFINITY, nowMs } = options;
  const startedAtMs = nowMs();
  const totals = emptyTotals();
  let next = 0;
  let failing = 0;
  let highest = -1;
  let isBroken = false;
  const goesOn = (): boolean =>
    !isBroken &&
    next < seeds &&
    nowMs() - startedAtMs < timeMs &&
    !options.signal.aborted &&
    failing < (options.bail ?? Number.POSITIVE_INFINITY);
  const lane = async (): Promise<void> => {
    while (goesOn()) {
      const job: RunJob = {
        kind: 'run',
        seed: seedAfter(seedStart, next),
        sizes: options.sizes,
        ...(options.stepsMax === undefined ? {} : { stepsMax: options.stepsMax }),
      };
      const place = next;
      const isRepeated = place % options.repeatOneIn === 0;
      next += 1;
      const report = await pool.perform(options.bundle, job);
      count(totals, report);
      // Lanes end in any order; the digest told is that of the last seed.
      if (place > highest) totals.lastDigest = report.digest;
      highest = Math.max(highest, place);
      const repeated = isRepeated ? await repeat(pool, options.bundle, job, report) : null;
      if (isRepeated) totals.repeated += 1;
      totals.wallMs = nowMs() - startedAtMs;
      options.onRun?.(totals);
      const failure = repeated?.failure ?? report.failure;
      if (failure === null) continue;
      failing += 1;
      const known = totals.failures.get(failure.signature);
      if (known !== undefined) {
        known.count += 1;
        // Runs end in any order; the first is the one with the lowest seed.
        if (place < known.place) Object.assign(known, { seed: job.seed, place });
        continue;
      }
      totals.failures.set(failure.signature, { seed: job.seed, place, failure, count: 1 });
      const finding =
        repeated === null ? await examine(pool, options, report, failure) : unrepeatable(repeated, failure);
      await options.onFinding(finding);
    }
  };
  // When one lane fails, the others begin nothing new, and are waited for.
  const stop = (reason: unknown): never => {
    isBroken = true;
    throw reason;
  };
  const lanes = await Promise.allSettled(Array.from({ length: pool.jobs }, () => lane().catch(stop)));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  totals.wallMs = nowMs() - startedAtMs;
  return totals;
}

export function emptyTotals(): Totals {
  return {
    seeds: 0,
    events: 0,
    virtualMs: 0,
    wallMs: 0,
    faults: {},
    marks: {},
    checked: {},
    repeated: 0,
    failures: new Map(),
    lastDigest: '',
  };
}

function count(totals: Totals, report: RunReport): void {
  totals.seeds += 1;
  totals.events += report.steps;
  totals.virtualMs += report.virtualMs;
  for (const name of ['faults', 'marks', 'checked'] as const) {
    for (const [key, value] of Object.entries(report[name])) totals[name][key] = (totals[name][key] ?? 0) + value;
  }
}

export type ExamineOptions = Pick<CampaignOptions, 'bundle' | 'sizes' | 'shrinkMs' | 'stepsMax' | 'signal'>;

/** Shrinks a failure and replays what is left. A stuck run has no end, and is handed over as it is. */
export async function examine(
  pool: Performer,
  options: ExamineOptions,
  report: RunReport,
  failure: Failure,
): Promise<Finding> {
  const { seed } = report;
  const { bundle, sizes, signal } = options;
  const budgetMs = signal.aborted ? Math.min(SHRINK_MS_AFTER_ABORT, options.shrinkMs) : options.shrinkMs;
  const stepsMax = options.stepsMax === undefined ? {} : { stepsMax: options.stepsMax };
  if (failure.verdict === 'stuck') return examineStuck(pool, bundle, report, failure, sizes);
  const { plan } = report;
  if (plan === undefined) throw new Error(`no plan for seed ${seed}`);
  const shrunk = await shrinkOrKeep(pool, bundle, {
    plan,
    signature: failure.signature,
    failedAtMs: failure.atMs,
    budgetMs,
    ...stepsMax,
  });
  const replays: RunReport[] = [];
  for (let index = 0; index < REPLAYS; index += 1) {
    replays.push(
      await pool.perform(bundle, {
        kind: 'run',
        seed,
        plan: shrunk?.plan ?? plan,
        detailed: index === 0,
        ...stepsMax,
      }),
    );
  }
  const [first] = replays;
  // What failed a moment ago does not fail again: the run does not depend on its seed alone.
  if (first === undefined || first.failure === null)
    return { ...unshrunk(report, failure, plan), replayed: { same: 0, of: REPLAYS } };
  return {
    seed,
    original: failure,
    failure: first.failure,
    plan: shrunk?.plan ?? plan,
    digest: first.digest,
    codeHash: first.codeHash,
    records: first.records ?? [],
    shrunk,
    replayed: { same: replays.filter((replay) => replay.digest === first.digest).length, of: REPLAYS },
  };
}

/** Nobody came back from a stuck run to tell its plan and its records; a run that stops one step earlier does. */
async function examineStuck(
  pool: Performer,
  bundle: number,
  report: RunReport,
  failure: Failure,
  sizes: PlanSizes,
): Promise<Finding> {
  const { seed } = report;
  const stepsMax = Math.max(0, failure.step - 1);
  const before = await pool.perform(bundle, { kind: 'run', seed, sizes, stepsMax, detailed: true });
  const { plan, records = [], virtualMs } = before;
  if (plan === undefined) throw new JobError(`seed ${seed} is stuck before its first step`);
  return { ...unshrunk(report, { ...failure, atMs: virtualMs }, plan), records };
}

/** Null when a smaller plan never ends: it could not be judged, and the worker is gone. */
async function shrinkOrKeep(
  pool: Performer,
  bundle: number,
  job: Omit<ShrinkJob, 'kind'>,
): Promise<ShrinkReport | null> {
  try {
    return await pool.perform(bundle, { kind: 'shrink', ...job });
  } catch (error) {
    if (error instanceof JobError && error.stuck) return null;
    throw error;
  }
}

function unshrunk(report: RunReport, failure: Failure, plan: Plan): Finding {
  const { seed, digest, codeHash } = report;
  return {
    seed,
    original: failure,
    failure,
    plan,
    digest,
    codeHash,
    records: [],
    shrunk: null,
    replayed: { same: 0, of: 0 },
  };
}

/** A run that is not the same twice can't be made smaller: whether a smaller one fails would be chance. */
function unrepeatable({ report, difference, records }: Repeated, failure: Failure): Finding {
  if (report.plan === undefined) throw new Error(`no plan for seed ${report.seed}`);
  return { ...unshrunk(report, failure, report.plan), records, difference };
}
