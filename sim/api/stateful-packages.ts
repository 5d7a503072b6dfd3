/**
 * Finds the packages that make a run differ when it is repeated. Packages are evaluated once for
 * all runs, so one with state (a pool of random bytes, a counter, a cache) carries it from run to
 * run. They are found by trial: if the right ones are evaluated for each process, both runs are the
 * same.
 */
import { type Seed, seedAfter } from '../kernel/seed.ts';
import { LoadError } from '../load/errors.ts';
import type { Source } from '../project/scenario-source.ts';
import type { Failure } from '../run/run-verdict.ts';
import type { RunJob, RunReport } from '../search/job.ts';
import type { JobRunner } from '../search/job-runner.ts';
import { minimalPart } from '../search/minimal-part.ts';
import { JobError } from '../search/worker-pool.ts';

export interface Suspicion {
  readonly source: Source;
  readonly runner: JobRunner;
  readonly variant: string | null;
  /** A run that differs when it is repeated. */
  readonly job: RunJob;
  /** The step of the first difference, if it is known. */
  readonly step?: number | undefined;
  /** The first seed of those that the state may come from. */
  readonly seedStart: Seed;
  readonly signal: AbortSignal;
}

/** Number of seeds that run between the two runs if these are the same without. */
const SEEDS_BETWEEN = 8;

/**
 * A pool of random values differs from run to run only when it is filled again, and then only in
 * how many values are drawn: these are the numbers of repetitions in which one is looked for.
 */
const REPETITIONS_OF_POOLS = [4, 16, 64];

/**
 * Widespread packages that keep state. The search tries them first, which saves most of its trials:
 * `engine.io` and `base64id`, which Socket.IO before 4.8.4 uses, count their sessions. The others
 * have pools of random values.
 */
const KNOWN: ReadonlySet<string> = new Set(['base64id', 'engine.io', 'nanoid', 'uid', 'uuid']);

/** Packages that are evaluated anew may add a few steps before the first difference. */
const STEPS_AFTER = 200;

/** Makes the packages known to the source that explain the difference. False if none do. */
export async function learnStatefulPackages(suspicion: Suspicion): Promise<boolean> {
  const names = await findStatefulPackages(suspicion);
  if (names.length > 0) suspicion.source.learn(names);
  return names.length > 0;
}

/**
 * Repeats a run, and learns until both runs are the same. Commands that repeat no run call this
 * before their first one.
 */
export async function learnFrom(suspicion: Suspicion): Promise<void> {
  const { source, runner, variant, job, signal } = suspicion;
  while (!signal.aborted) {
    const { digest, again } = await runner.run(await source.bundle(variant), { ...job, repeatAfter: [] });
    if (again === undefined || again.digest === digest || !(await learnStatefulPackages(suspicion))) return;
  }
}

/**
 * Returns a set from which no package can be left out. Empty if packages do not explain the
 * difference. A package is always evaluated together with the packages that import it.
 */
export async function findStatefulPackages(suspicion: Suspicion): Promise<readonly string[]> {
  const { source, variant, job, step, seedStart, signal } = suspicion;
  const { packages } = await source.bundle(variant);
  if (packages.length === 0) return [];
  // State may also come from other seeds, as in a cache that they fill.
  const others = Array.from({ length: SEEDS_BETWEEN }, (_, index) => seedAfter(seedStart, index));
  const once: RunJob = { ...job, repeatAfter: [] };
  const least: RunJob = step === undefined ? once : { ...once, stepsMax: stepsUntil(step, job) };
  const trials = [
    // Some packages make only their first run differ, such as one that fills a pool.
    new Trial(suspicion, { ...least, freshPackages: true }),
    new Trial(suspicion, least),
    new Trial(suspicion, once),
    // Others differ only in a run after one that left something behind.
    new Trial(suspicion, { ...once, repeatAfter: others, freshPackages: true }),
    new Trial(suspicion, { ...once, repeatAfter: others }),
    ...REPETITIONS_OF_POOLS.map(
      (repetitions) => new Trial(suspicion, { ...least, freshPackages: true, repetitions }, isSameWithValues),
    ),
  ];
  for (const trial of trials) {
    // The cause may also be a module of a system marked `stateless`.
    if ((await trial.result([])) !== 'different') continue;
    const isSame = async (names: readonly string[]): Promise<boolean> => (await trial.result(names)) === 'same';
    const known = packages.filter((name) => KNOWN.has(name));
    // All of them: the others would show in a later run, and cost a search and a new campaign each.
    if (known.length > 0 && (await isSame(known))) return signal.aborted ? [] : known;
    const suspects = await trial.harmless(packages);
    const names = (await isSame(suspects)) ? await minimalPart(suspects, isSame) : [];
    return signal.aborted ? [] : names;
  }
  return [];
}

/** Number of steps after which a run has shown its first difference. */
function stepsUntil(step: number, { stepsMax = Number.POSITIVE_INFINITY }: RunJob): number {
  return Math.min(stepsMax, step + STEPS_AFTER);
}

type IsSame = (left: RunReport, right: RunReport) => boolean;

const hasSameDigest: IsSame = (left, right) => left.digest === right.digest;

const isSameWithValues: IsSame = (left, right) =>
  hasSameDigest(left, right) && left.randomValues === right.randomValues;

type TrialResult = 'same' | 'different' | 'broken';

class Trial {
  readonly #suspicion: Suspicion;
  readonly #job: RunJob;
  readonly #isSame: IsSame;
  readonly #results = new Map<string, TrialResult>();
  /** How both runs end if packages are evaluated once. State may let only the second one crash. */
  #usual: readonly (Failure | null | undefined)[] = [];

  constructor(suspicion: Suspicion, job: RunJob, isSame = hasSameDigest) {
    this.#suspicion = suspicion;
    this.#isSame = isSame;
    // Processes that share the modules of a system share the packages evaluated with them.
    this.#job = { ...job, freshModules: true };
  }

  /** Repeats the run with the packages evaluated for each process. Nothing runs after an abort. */
  async result(names: readonly string[]): Promise<TrialResult> {
    if (this.#suspicion.signal.aborted) return 'broken';
    const key = names.join(' ');
    const result = this.#results.get(key) ?? (await this.#run(names));
    this.#results.set(key, result);
    return result;
  }

  async #run(names: readonly string[]): Promise<TrialResult> {
    const { source, runner, variant } = this.#suspicion;
    try {
      const bundle = await source.bundle(variant, [...source.statefulPackages, ...names]);
      const report = await runner.run(bundle, this.#job);
      const { failure, again } = report;
      if (names.length === 0) this.#usual = [failure, again?.failure];
      if (again === undefined || isBroken(failure, this.#usual) || isBroken(again.failure, this.#usual))
        return 'broken';
      return this.#isSame(report, again) ? 'same' : 'different';
    } catch (error) {
      if ((error instanceof JobError || error instanceof LoadError) && names.length > 0) return 'broken';
      throw error;
    }
  }

  /**
   * The packages, or as many of them as can be evaluated more than once. Each one comes after its
   * importers, so the packages in front of one that cannot are closed under imports.
   */
  async harmless(packages: readonly string[]): Promise<readonly string[]> {
    if ((await this.result(packages)) !== 'broken') return packages;
    let [works, breaks] = [0, packages.length];
    while (breaks - works > 1) {
      const middle = Math.floor((works + breaks) / 2);
      if ((await this.result(packages.slice(0, middle))) === 'broken') breaks = middle;
      else works = middle;
    }
    return packages.slice(0, works);
  }
}

function isBroken(failure: Failure | null, usual: readonly (Failure | null | undefined)[]): boolean {
  const isOfLoading = failure?.verdict === 'crash' || failure?.verdict === 'escape';
  return isOfLoading && !usual.some((one) => one?.signature === failure.signature);
}
