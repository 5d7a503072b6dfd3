/**
 * Shrunk failures of mechanical mutants: unseen ones, with which the choice of lines is judged, and
 * seen ones, with which it is improved.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { workerThreads } from '../../sim/api/worker-threads.ts';
import type { Workers } from '../../sim/api/workers.ts';
import { formatSeed, type Seed } from '../../sim/kernel/seed.ts';
import { VariantError } from '../../sim/load/errors.ts';
import { examine } from '../../sim/search/examine.ts';
import { JobError } from '../../sim/search/worker-pool.ts';
import type { Mutant } from '../mutation-score/mutant.ts';
import type { Planting } from '../mutation-score/planting.ts';
import { drawSample, mutatedFiles } from '../mutation-score/sample.ts';
import type { KeptFailure } from './failures.ts';

export interface MechanicalFailure extends KeptFailure {
  readonly mutant: Mutant;
  /** Whether it may have been looked at when the choice of lines was made. */
  readonly isSeen: boolean;
}

const FILE = 'bench/causes/mechanical-failures.json';

/** Number of failures that a search looks for, and of mutants to draw for them. */
const FOUND_MAX = 30;
const DRAWN = 300;

const SEEDS_MAX = 10;
const SHRINK_MS = 15_000;
/** A run that takes more steps fails. */
export const STEPS_MAX = 60_000;
const STUCK_MS = 3000;

/** A worker keeps all code that it has loaded. */
const MUTANTS_PER_WORKER = 10;

export function keptMechanical(): readonly MechanicalFailure[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as readonly MechanicalFailure[];
}

/** One line for each failure. */
export function keepMechanical(failures: readonly MechanicalFailure[]): void {
  writeFileSync(FILE, `[\n${failures.map((failure) => JSON.stringify(failure)).join(',\n')}\n]\n`);
}

/** Mutants that compile, in the order in which the seed draws them. */
export async function drawMutants(planting: Planting, seed: Seed): Promise<readonly Mutant[]> {
  const { files } = await planting.bundle(null);
  const { mutants } = await drawSample(planting.root, seed, DRAWN, mutatedFiles(planting.root, files));
  return mutants;
}

/**
 * At most `countMax` failures of mutants that few seeds find, in the order of the mutants. Not of
 * `known` ones, nor of those that can't be loaded or whose step never ends: their runs have no
 * records.
 */
export async function* findMechanical(
  planting: Planting,
  mutants: readonly Mutant[],
  known: readonly MechanicalFailure[],
  countMax = FOUND_MAX,
): AsyncGenerator<MechanicalFailure> {
  const ids = new Set(known.map(({ mutant }) => mutant.id));
  const unknown = mutants.filter(({ id }) => !ids.has(id));
  let found = 0;
  for (let first = 0; first < unknown.length && found < countMax; first += MUTANTS_PER_WORKER) {
    const workers = workerThreads({ jobs: 1, stuckMs: STUCK_MS });
    for (const mutant of unknown.slice(first, first + MUTANTS_PER_WORKER)) {
      const failure = found < countMax ? await failureOf(planting, mutant, workers) : null;
      if (failure === null) continue;
      found += 1;
      yield { mutant, isSeen: false, ...failure };
    }
    await workers.close();
  }
}

async function failureOf(planting: Planting, mutant: Mutant, { runner }: Workers): Promise<KeptFailure | null> {
  try {
    const bundle = await planting.bundle(mutant);
    for (let number = 1; number <= SEEDS_MAX; number += 1) {
      const report = await runner.run(bundle, { kind: 'run', seed: formatSeed(BigInt(number)), stepsMax: STEPS_MAX });
      const { failure } = report;
      if (failure === null) continue;
      if (failure.verdict === 'stuck') return null;
      const { signal } = new AbortController();
      const options = { bundle, shrinkMs: SHRINK_MS, stepsMax: STEPS_MAX, signal };
      const { plan, choices } = await examine(runner, options, { report, failure });
      return { plan, choices };
    }
    return null;
  } catch (error) {
    if (error instanceof JobError || error instanceof VariantError) return null;
    throw error;
  }
}
