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
import { compareRepeated, type Repeated, repeating } from './repeat.ts';
import { placeIn, WHOLE } from './shard.ts';
import { addRun, emptyTotals, type Totals } from './totals.ts';

export interface CampaignContext {
  readonly runner: JobRunner;
  readonly bundle: Bundle;
  /** Called with each shrunk failure, and again for a smaller failure of the same signature. */
  readonly onFinding: (finding: Finding) => Promise<void> | void;
  /**
   * Called with a run that differs when it is repeated, before it counts. Resolves with true if the
   * cause is found, and the campaign has to start anew on other code. Without it, the run fails.
   */
  readonly explain?: ((differing: Differing) => Promise<boolean>) | undefined;
  /** Monotonic real time. */
  readonly nowMs: () => number;
}

export interface Differing {
  readonly job: RunJob;
  /** The step of the first difference, if it is known. */
  readonly step?: number | undefined;
}

/** The runs of a campaign are void, because `explain` has found what made one of them differ. */
export class RunsVoid extends Error {
  override readonly name = 'RunsVoid';
}

/**
 * Resolves with the totals of all runs. Rejects with a JobError when a job cannot be run, with
 * RunsVoid when the campaign has to start anew.
 */
export async function runCampaign(context: CampaignContext, options: CampaignOptions): Promise<Totals> {
  const campaign = new Campaign(context, options);
  const lanes = await Promise.allSettled(Array.from({ length: context.runner.jobs }, () => campaign.lane()));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  return campaign.end();
}

/** A run that has ended and waits until all runs before it have. */
interface EndedRun {
  readonly job: RunJob;
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
  /** While a difference is being explained, all lanes wait, because their runs may be void. */
  #explaining: Promise<void> | null = null;
  /** Set by the first difference that nothing explains: the next ones probably have its cause. */
  #isUnexplained = false;

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
        if (this.#explaining !== null) await this.#explaining;
        else if (waiting !== null) await this.#examine(waiting);
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
    const report = await runner.run(bundle, isRepeated ? repeating(job) : job);
    const repeated = await compareRepeated(runner, bundle, job, report);
    if (failureOf({ report, repeated }) !== null) this.#failed += 1;
    this.#ended.set(number, { job, report, repeated, isRepeated });
    this.#countEnded();
  }

  /**
   * Counts ended runs up to the first run that has not ended. Nothing counts after the failing seed
   * that reaches `bail`.
   */
  #countEnded(explained: EndedRun | null = null): void {
    for (;;) {
      const ended = this.#ended.get(this.#nextToCount);
      if (ended === undefined || this.#counted >= this.#bail || this.#explaining !== null) return;
      if (ended.repeated !== null && ended !== explained && this.#canExplain) {
        const { job, repeated } = ended;
        this.#explain({ job, step: repeated.failure.step }, () => this.#countEnded(ended));
        return;
      }
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

  get #canExplain(): boolean {
    return this.#context.explain !== undefined && !this.#isUnexplained;
  }

  /** Makes `#explaining` reject if the runs so far are void, else calls `onUnexplained`. */
  #explain(differing: Differing, onUnexplained?: () => void): void {
    const explaining = this.#context.explain?.(differing).then((isExplained) => {
      if (isExplained) throw new RunsVoid();
      this.#isUnexplained = true;
      this.#explaining = null;
      onUnexplained?.();
    });
    this.#explaining = explaining ?? null;
    // Each lane awaits it, but some only later.
    explaining?.catch(() => undefined);
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
    if (finding !== null && replaysDiffer(finding) && this.#canExplain) {
      if (this.#explaining !== null) await this.#explaining;
      const { seed, plan, choices } = finding;
      this.#explain({ job: { kind: 'run', seed, plan, choices, stepsMax: this.#options.stepsMax } });
    }
    while (this.#explaining !== null) await this.#explaining;
    if (finding !== null && !this.#isBroken) await onFinding(finding);
  }
}

function replaysDiffer({ replayed }: Finding): boolean {
  return replayed.same < replayed.of;
}

function failureOf({ report, repeated }: Pick<EndedRun, 'report' | 'repeated'>): Failure | null {
  return repeated?.failure ?? report.failure;
}
