/**
 * A campaign runs one seed after the other until a number of seeds, a time, or an abort ends it.
 * Each failure is shrunk, replayed and passed on as soon as it is found.
 *
 * Runs execute in parallel and end in any order, but count in the order of their seeds. Which
 * failures are found, which comes first, and where `bail` ends the campaign therefore do not depend
 * on the number of workers.
 */
import { seedAfter } from '../kernel/seed.ts';
import type { Failure } from '../run/run-verdict.ts';
import { type CampaignOptions, DEFAULT_REPEAT_ONE_IN, DEFAULT_TIME_MS, sizesOf } from './campaign-options.ts';
import { FailureGroup } from './failure-group.ts';
import type { Finding } from './finding.ts';
import type { RunJob, RunReport } from './job.ts';
import type { Bundle, JobRunner } from './job-runner.ts';
import { type Repeated, repeat } from './repeat.ts';
import { placeIn, WHOLE } from './shard.ts';
import { addRun, emptyTotals, type Totals } from './totals.ts';

export interface CampaignContext {
  readonly runner: JobRunner;
  readonly bundle: Bundle;
  /** Called with each shrunk failure, and again for a smaller failure of the same signature. */
  readonly onFinding: (finding: Finding) => Promise<void> | void;
  /** Monotonic real time. */
  readonly nowMs: () => number;
}

/** Resolves with the totals of all runs. Rejects with a JobError when a job cannot be run. */
export async function runCampaign(context: CampaignContext, options: CampaignOptions): Promise<Totals> {
  const campaign = new Campaign(context, options);
  const lanes = await Promise.allSettled(Array.from({ length: context.runner.jobs }, () => campaign.lane()));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  return campaign.end();
}

/** A run that has ended and waits until all runs before it have. */
interface EndedRun {
  readonly report: RunReport;
  readonly repeated: Repeated | null;
  readonly isRepeated: boolean;
}

class Campaign {
  readonly #context: CampaignContext;
  readonly #options: CampaignOptions;
  readonly #totals = emptyTotals();
  /** By signature. */
  readonly #groups = new Map<string, FailureGroup>();
  readonly #ended = new Map<number, EndedRun>();
  readonly #startedAtMs: number;
  /** Runs are numbered within the shard, in the order in which they start. */
  #next = 0;
  #nextToCount = 0;
  /** Number of failing seeds that have ended, and of those that were counted. */
  #failed = 0;
  #counted = 0;
  #isBroken = false;

  constructor(context: CampaignContext, options: CampaignOptions) {
    this.#context = context;
    this.#options = options;
    this.#startedAtMs = context.nowMs();
  }

  /**
   * One of several concurrent loops that examine failures and run seeds. When one throws, the
   * others start nothing new.
   */
  async lane(): Promise<void> {
    try {
      for (;;) {
        const waiting = this.#waitingGroup();
        if (waiting !== null) await this.#examine(waiting);
        else if (this.#goesOn()) await this.#run();
        else return;
      }
    } catch (reason) {
      this.#isBroken = true;
      throw reason;
    }
  }

  end(): Totals {
    this.#totals.wallMs = this.#spentMs;
    return this.#totals;
  }

  get #spentMs(): number {
    return this.#context.nowMs() - this.#startedAtMs;
  }

  get #isLate(): boolean {
    const { seeds, signal } = this.#options;
    const { timeMs = seeds === undefined ? DEFAULT_TIME_MS : Number.POSITIVE_INFINITY } = this.#options;
    return signal.aborted || this.#spentMs >= timeMs;
  }

  get #bail(): number {
    return this.#options.bail ?? Number.POSITIVE_INFINITY;
  }

  #goesOn(): boolean {
    const { seeds = Number.POSITIVE_INFINITY, shard = WHOLE } = this.#options;
    return !this.#isBroken && placeIn(shard, this.#next) < seeds && this.#failed < this.#bail && !this.#isLate;
  }

  async #run(): Promise<void> {
    const { runner, bundle } = this.#context;
    const { seedStart, shard = WHOLE, stepsMax, repeatOneIn = DEFAULT_REPEAT_ONE_IN } = this.#options;
    const number = this.#next;
    this.#next += 1;
    const seed = seedAfter(seedStart, placeIn(shard, number));
    const job: RunJob = { kind: 'run', seed, sizes: sizesOf(this.#options), stepsMax };
    const isRepeated = number % repeatOneIn === 0;
    const report = await runner.run(bundle, job);
    const repeated = isRepeated ? await repeat(runner, bundle, job, report) : null;
    if (failureOf({ report, repeated }) !== null) this.#failed += 1;
    this.#ended.set(number, { report, repeated, isRepeated });
    this.#countEnded();
  }

  /**
   * Counts ended runs up to the first run that has not ended. Nothing counts after the failing seed
   * that reaches `bail`.
   */
  #countEnded(): void {
    for (;;) {
      const ended = this.#ended.get(this.#nextToCount);
      if (ended === undefined || this.#counted >= this.#bail) return;
      this.#ended.delete(this.#nextToCount);
      this.#nextToCount += 1;
      addRun(this.#totals, ended.report);
      if (ended.isRepeated) this.#totals.repeated += 1;
      this.#totals.wallMs = this.#spentMs;
      const failure = failureOf(ended);
      if (failure !== null) this.#countFailure(ended, failure);
      this.#options.onRun?.(this.#totals);
    }
  }

  #countFailure({ report, repeated }: EndedRun, failure: Failure): void {
    const { failures } = this.#totals;
    const { signature } = failure;
    this.#counted += 1;
    const counted = failures.get(signature);
    if (counted === undefined) failures.set(signature, { seed: report.seed, failure, count: 1 });
    else counted.count += 1;
    const group = this.#groups.get(signature) ?? new FailureGroup();
    this.#groups.set(signature, group);
    group.add({ report, failure, repeated });
  }

  #waitingGroup(): FailureGroup | null {
    if (this.#isBroken) return null;
    const isLate = this.#isLate;
    for (const group of this.#groups.values()) {
      if (group.isWaiting(this.#options.shrinkMs, isLate)) return group;
    }
    return null;
  }

  async #examine(group: FailureGroup): Promise<void> {
    const { runner, bundle, onFinding, nowMs } = this.#context;
    const finding = await group.examineNext(runner, { ...this.#options, bundle }, nowMs);
    if (finding !== null) await onFinding(finding);
  }
}

function failureOf({ report, repeated }: Pick<EndedRun, 'report' | 'repeated'>): Failure | null {
  return repeated?.failure ?? report.failure;
}
