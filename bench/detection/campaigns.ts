/**
 * Seeds to the first failure. Several campaigns look for the same failure, each from another first
 * seed. A campaign ends at its first failing seed, or at its limit without one.
 */
import { mapConcurrent } from '../../sim/cli/map-concurrent.ts';
import { openScenario, type OpenScenario } from '../../sim/index.ts';
import { seedAfter } from '../../sim/kernel/seed.ts';
import { STRATEGIES, type StrategyName } from '../../sim/kernel/strategy.ts';
import { planOf } from '../../sim/plan/arbitrary.ts';
import { nameOfFailure } from '../../sim/report/failure-report.ts';
import { shapeOf } from '../../sim/search/run-job.ts';
import { median } from '../figure.ts';
import type { Subject } from './subjects.ts';

/** `drawn`: each seed draws its strategy, as in a campaign without the flag `--strategy`. */
export const DETECTION_STRATEGIES = ['drawn', ...STRATEGIES] as const;
export type DetectionStrategy = (typeof DETECTION_STRATEGIES)[number];

export interface DetectionSizes {
  readonly campaigns: number;
  /** Number of seeds after which a campaign ends without a failure. */
  readonly seedsMax: number;
  /** Worker threads; 0 runs everything in this process. */
  readonly jobs: number;
}

export interface Detection {
  readonly subject: string;
  readonly strategy: DetectionStrategy;
  /** The median over all campaigns; null if it is more than `seedsMax`. */
  readonly seedsToFind: number | null;
  readonly seedsMax: number;
  /** Failing seeds, of all seeds that the campaigns ran. */
  readonly failing: number;
  readonly seeds: number;
}

/** Greater than any `seedsMax`, so that campaigns don't share seeds. */
const APART = 10_000;

interface Campaign {
  readonly seeds: number;
  readonly isFound: boolean;
}

/** Runs the campaigns of one subject, for each strategy. */
export async function detect(
  subject: Subject,
  strategies: readonly DetectionStrategy[],
  sizes: DetectionSizes,
): Promise<Detection[]> {
  const { scenarioFile, variant } = subject;
  const opened = await openScenario(scenarioFile, { variant, jobs: sizes.jobs });
  try {
    const found: Detection[] = [];
    for (const strategy of strategies) found.push(await detectWith(opened, subject, strategy, sizes));
    return found;
  } finally {
    await opened.close();
  }
}

async function detectWith(
  opened: OpenScenario,
  { name, expected }: Subject,
  strategy: DetectionStrategy,
  { campaigns, seedsMax, jobs }: DetectionSizes,
): Promise<Detection> {
  const shape = shapeOf(opened.scenario);
  const fixed = strategy === 'drawn' ? undefined : (strategy satisfies StrategyName);
  const numbers = Array.from({ length: campaigns }, (_, number) => number);
  const missesMax = Math.ceil(campaigns / 2);
  let misses = 0;
  const ended = await mapConcurrent(Math.max(1, jobs), numbers, async (number): Promise<Campaign | null> => {
    if (misses >= missesMax) return null;
    for (let seeds = 1; seeds <= seedsMax; seeds += 1) {
      const plan = planOf(seedAfter('0x1', number * APART + seeds - 1), shape, { strategy: fixed });
      const { failure } = await opened.run(plan);
      if (failure !== null && (expected === undefined || nameOfFailure(failure) === expected))
        return { seeds, isFound: true };
    }
    misses += 1;
    return { seeds: seedsMax, isFound: false };
  });
  const counted = untilDecided(ended, missesMax);
  const found = counted.filter(({ isFound }) => isFound);
  return {
    subject: name,
    strategy,
    seedsToFind: counted.length < campaigns ? null : medianOf(counted, seedsMax),
    seedsMax,
    failing: found.length,
    seeds: counted.reduce((sum, { seeds }) => sum + seeds, 0),
  };
}

/**
 * When half of the campaigns have found nothing, the others can't change the median. Those that ran
 * beside the last of that half don't count, so that the result does not depend on the number of
 * workers.
 */
function untilDecided(ended: readonly (Campaign | null)[], missesMax: number): Campaign[] {
  const counted: Campaign[] = [];
  for (const campaign of ended) {
    if (campaign === null || counted.filter(({ isFound }) => !isFound).length >= missesMax) break;
    counted.push(campaign);
  }
  return counted;
}

/** Null if half of the campaigns have found nothing. */
function medianOf(campaigns: readonly Campaign[], seedsMax: number): number | null {
  const value = median(campaigns.map(({ seeds, isFound }) => (isFound ? seeds : Number.POSITIVE_INFINITY)));
  return value <= seedsMax ? value : null;
}
