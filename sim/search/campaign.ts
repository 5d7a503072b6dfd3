/**
 * A campaign: one seed after the other, until a number, a time or a person says it is enough. Each failure is shrunk, replayed and handed over as soon
 * as it is found.
 *
 * Runs are made side by side and end in any order, but count in the order of their seeds. So which failures are found, which comes first, and
 * where `bail` ends it does not depend on how many workers there are.
 */
import { type Seed, seedAfter } from '../kernel/seed.ts';
import type { Failure } from '../run/run-verdict.ts';
import type { ExamineOptions } from './examine.ts';
import type { Finding } from './finding.ts';
import type { RunJob, RunReport } from './job.ts';
import type { JobRunner } from './job-runner.ts';
import { type Repeated, repeat } from './repeat.ts';
import { placeIn, type Shard, WHOLE } from './shard.ts';
import { Signature } from './signature.ts';
import { addRun, emptyTotals, type Totals } from './totals.ts';

export interface CampaignOptions extends ExamineOptions {
  readonly seedStart: Seed;
  /** The end, whichever comes first; at least one is given. All shards together run so many seeds. */
  readonly seeds?: number;
  readonly timeMs?: number;
  /** Which of the seeds; all when absent. */
  readonly shard?: Shard;
  /** Of so many runs, one is repeated and compared. */
  readonly repeatOneIn: number;
  /** Stop after so many failing seeds. */
  readonly bail?: number;
  readonly onRun?: (totals: Totals) => void;
  /** Called when a failure has been found and made small, and again when a smaller one of its signature has. */
  readonly onFinding: (finding: Finding) => Promise<void> | void;
  /** Monotonic wall time. */
  readonly nowMs: () => number;
}

export async function runCampaign(pool: JobRunner, options: CampaignOptions): Promise<Totals> {
  const campaign = new Campaign(pool, options);
  const lanes = await Promise.allSettled(Array.from({ length: pool.jobs }, () => campaign.lane()));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  return campaign.end();
}

/** A run that has ended and waits for those before it. */
interface EndedRun {
  readonly report: RunReport;
  readonly repeated: Repeated | null;
  readonly isRepeated: boolean;
}

class Campaign {
  readonly #pool: JobRunner;
  readonly #options: CampaignOptions;
  readonly #totals = emptyTotals();
  readonly #signatures = new Map<string, Signature>();
  readonly #ended = new Map<number, EndedRun>();
  readonly #startedAtMs: number;
  /** Runs are numbered within the shard, in the order in which they begin. */
  #next = 0;
  #nextToCount = 0;
  /** Failing seeds among those that have ended, and among those that were counted. */
  #failed = 0;
  #counted = 0;
  #isBroken = false;

  constructor(pool: JobRunner, options: CampaignOptions) {
    this.#pool = pool;
    this.#options = options;
    this.#startedAtMs = options.nowMs();
  }

  /** Does what there is to do, one thing after the other. When one lane fails, the others begin nothing new. */
  async lane(): Promise<void> {
    try {
      for (;;) {
        const waiting = this.#waitingSignature();
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
    return this.#options.nowMs() - this.#startedAtMs;
  }

  get #isLate(): boolean {
    const { timeMs = Number.POSITIVE_INFINITY, signal } = this.#options;
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
    const { seedStart, shard = WHOLE, sizes, stepsMax, repeatOneIn, bundle } = this.#options;
    const number = this.#next;
    this.#next += 1;
    const job: RunJob = {
      kind: 'run',
      seed: seedAfter(seedStart, placeIn(shard, number)),
      sizes,
      ...(stepsMax === undefined ? {} : { stepsMax }),
    };
    const isRepeated = number % repeatOneIn === 0;
    const report = await this.#pool.run(bundle, job);
    const repeated = isRepeated ? await repeat(this.#pool, bundle, job, report) : null;
    if (failureOf({ report, repeated }) !== null) this.#failed += 1;
    this.#ended.set(number, { report, repeated, isRepeated });
    this.#countEnded();
  }

  /** Counts what has ended, up to the first run that has not. After the last failing seed that is wanted, nothing counts. */
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
    const { signature: name } = failure;
    this.#counted += 1;
    const known = failures.get(name);
    if (known === undefined) failures.set(name, { seed: report.seed, failure, count: 1 });
    else known.count += 1;
    const signature = this.#signatures.get(name) ?? new Signature();
    this.#signatures.set(name, signature);
    signature.add({ report, failure, repeated });
  }

  #waitingSignature(): Signature | null {
    if (this.#isBroken) return null;
    const isLate = this.#isLate;
    for (const signature of this.#signatures.values()) {
      if (signature.isWaiting(this.#options, isLate)) return signature;
    }
    return null;
  }

  async #examine(signature: Signature): Promise<void> {
    const { onFinding, nowMs } = this.#options;
    const finding = await signature.examineNext(this.#pool, this.#options, nowMs);
    if (finding !== null) await onFinding(finding);
  }
}

function failureOf({ report, repeated }: Pick<EndedRun, 'report' | 'repeated'>): Failure | null {
  return repeated?.failure ?? report.failure;
}
