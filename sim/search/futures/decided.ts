/**
 * When a failure was decided. The run is repeated up to a step. From there on, operations and
 * faults that have not begun are drawn anew, and all choices too. Of many such futures the share
 * that fails says how much is decided by then.
 */
import type { ChoiceOverrides } from '../../kernel/draws.ts';
import { seedAfter, type Seed } from '../../kernel/seed.ts';
import type { RunRecord } from '../../kernel/record.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Failure } from '../../run/run-verdict.ts';
import type { RunReport } from '../job.ts';
import type { Bundle, JobRunner } from '../job-runner.ts';
import { futurePlan } from './future-plan.ts';

/** The share of futures that fail if the run goes another way from this step on. */
export interface DecidedPoint {
  readonly step: number;
  /** Virtual time of the step. */
  readonly atMs: number;
  /** Number of futures with the same signature. */
  readonly failed: number;
  /** Number of futures. */
  readonly futures: number;
}

export interface Decided {
  /** By step. */
  readonly points: readonly DecidedPoint[];
  /** The step that raised the share most; null if no step did, so that the plan has decided. */
  readonly jump: { readonly step: number; readonly from: number; readonly to: number } | null;
}

export interface DecidedSearch {
  /** All operations are written out. */
  readonly plan: Plan;
  readonly choices?: ChoiceOverrides | undefined;
  /** The detailed run of the plan. */
  readonly report: RunReport;
  readonly failure: Failure;
  /** A plan for other futures, with all operations written out. */
  readonly otherPlan: (seed: Seed) => Plan;
  readonly stepsMax?: number | undefined;
  /** Number of futures from each step. 30 by default. */
  readonly futures?: number | undefined;
  readonly onPoint?: ((point: DecidedPoint) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const POINTS = 20;
const FUTURES = 30;

/** A smaller rise of the share may be chance: of 30 futures, the standard error is up to 9 %. */
const JUMP_MIN = 0.3;

export async function whenDecided(runner: JobRunner, bundle: Bundle, search: DecidedSearch): Promise<Decided> {
  return await new DecidedRun(runner, bundle, search).find();
}

class DecidedRun {
  readonly #runner: JobRunner;
  readonly #bundle: Bundle;
  readonly #search: DecidedSearch;
  readonly #points = new Map<number, DecidedPoint>();
  readonly #otherPlans = new Map<Seed, Plan>();
  readonly #timesMs: readonly number[];
  /** After the step that failed, nothing is open. */
  readonly #end: number;

  constructor(runner: JobRunner, bundle: Bundle, search: DecidedSearch) {
    this.#runner = runner;
    this.#bundle = bundle;
    this.#search = search;
    this.#timesMs = timesOfSteps(search.report.records ?? [], search.failure);
    this.#end = search.failure.step + 1;
  }

  async find(): Promise<Decided> {
    for (let index = 0; index < POINTS; index += 1)
      await this.#point(1 + Math.floor((index * (this.#end - 1)) / POINTS));
    let [low, high] = this.#steepest();
    const [from, to] = [this.#shareAt(low), this.#shareAt(high)];
    if (to - from < JUMP_MIN) return { points: this.#sorted(), jump: null };
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      await this.#point(middle);
      if (this.#shareAt(middle) >= (from + to) / 2) high = middle;
      else low = middle;
    }
    // What is fixed at `high` and open at `low` is the step between them.
    const jump = { step: high - 1, from: this.#shareAt(low), to: this.#shareAt(high) };
    return { points: this.#sorted(), jump };
  }

  async #point(step: number): Promise<void> {
    const { signal, failure, onPoint, futures = FUTURES } = this.#search;
    // A search that is not complete says nothing.
    signal?.throwIfAborted();
    if (this.#points.has(step)) return;
    const seeds = Array.from({ length: futures }, (_, index) => seedAfter(this.#search.plan.seed, index + 1));
    const failures = await Promise.all(seeds.map((seed) => this.#future(step, seed)));
    const failed = failures.filter((other) => other?.signature === failure.signature).length;
    const point = { step, atMs: this.#timesMs[step] ?? 0, failed, futures };
    this.#points.set(step, point);
    onPoint?.(point);
  }

  async #future(step: number, seed: Seed): Promise<Failure | null> {
    const { plan, choices, stepsMax } = this.#search;
    const job = {
      kind: 'run',
      seed: plan.seed,
      // What was planned for later than the step before has not begun.
      plan: futurePlan(plan, this.#otherPlan(seed), this.#timesMs[step - 1] ?? 0),
      choices,
      freshModules: true,
      stepsMax,
      future: { step, seed },
    } as const;
    return (await this.#runner.run(this.#bundle, job)).failure;
  }

  #otherPlan(seed: Seed): Plan {
    const known = this.#otherPlans.get(seed) ?? this.#search.otherPlan(seed);
    this.#otherPlans.set(seed, known);
    return known;
  }

  /** The neighbouring points between which the share rises most. */
  #steepest(): [number, number] {
    const steps = [...this.#points.keys(), this.#end].sort((a, b) => a - b);
    let best: [number, number] = [1, this.#end];
    let rise = -Infinity;
    for (const [index, high] of steps.entries()) {
      const low = steps[index - 1];
      if (low === undefined) continue;
      const difference = this.#shareAt(high) - this.#shareAt(low);
      if (difference <= rise) continue;
      rise = difference;
      best = [low, high];
    }
    return best;
  }

  #shareAt(step: number): number {
    const point = this.#points.get(step);
    return point === undefined ? 1 : point.failed / point.futures;
  }

  #sorted(): DecidedPoint[] {
    return [...this.#points.values()].sort((a, b) => a.step - b.step);
  }
}

/** The virtual time of each step: a step without records has that of the one before it. */
function timesOfSteps(records: readonly RunRecord[], { step, atMs }: Failure): number[] {
  const times: number[] = [];
  for (const record of records) times[record.step] ??= record.atMs;
  times[step] ??= atMs;
  for (let index = 0; index <= step; index += 1) times[index] ??= times[index - 1] ?? 0;
  return times;
}
