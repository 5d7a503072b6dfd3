/**
 * Shrunk failures of mechanical mutants. The first ones were not looked at when the choice of lines
 * was improved, the others were.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { workerThreads } from '../../sim/api/worker-threads.ts';
import type { Workers } from '../../sim/api/workers.ts';
import { formatSeed } from '../../sim/kernel/seed.ts';
import { VariantError } from '../../sim/load/errors.ts';
import { repository } from '../../sim/project/simulator.ts';
import { examine } from '../../sim/search/examine.ts';
import { JobError } from '../../sim/search/worker-pool.ts';
import type { Mutant } from '../mutation-score/mutant.ts';
import type { Planting } from '../mutation-score/planting.ts';
import { readSample } from '../mutation-score/sample.ts';
import type { KeptFailure } from './failures.ts';

export interface MechanicalFailure extends KeptFailure {
  readonly mutant: Mutant;
}

const FILE = 'bench/causes/mechanical-failures.json';

/** Number of failures that were not used to improve reports, and of those that were. */
export const UNSEEN = 30;
const SEEN = 9;

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

/**
 * Failures of the first mutants of the sample of the mutation score that few seeds find. Not of
 * those that can't be loaded, or whose step never ends: their runs have no records.
 */
export async function* findMechanical(planting: Planting): AsyncGenerator<MechanicalFailure> {
  const { mutants } = readSample(path.join(repository ?? '', 'bench', 'mutation-score', 'sample.json'));
  let found = 0;
  for (let first = 0; first < mutants.length && found < UNSEEN + SEEN; first += MUTANTS_PER_WORKER) {
    const workers = workerThreads({ jobs: 1, stuckMs: STUCK_MS });
    for (const mutant of mutants.slice(first, first + MUTANTS_PER_WORKER)) {
      const failure = found < UNSEEN + SEEN ? await failureOf(planting, mutant, workers) : null;
      if (failure === null) continue;
      found += 1;
      yield { mutant, ...failure };
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
