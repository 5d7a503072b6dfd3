/**
 * Judges the mutants of a sample on several workers.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { workerThreads } from '../../sim/api/worker-threads.ts';
import type { Workers } from '../../sim/api/workers.ts';
import { mapConcurrent } from '../../sim/cli/map-concurrent.ts';
import { judge, type JudgeOptions, type Judgement, type Judges } from './judge.ts';
import type { KeptResults } from './kept-results.ts';
import { lineOf, type Mutant } from './mutant.ts';
import type { Planting } from './planting.ts';
import type { Result } from './score.ts';

export interface MeasureOptions extends JudgeOptions {
  /** Number of workers. */
  readonly jobs: number;
  /** Real time after which a step counts as stuck. */
  readonly stuckMs: number;
  readonly kept: KeptResults;
  /** Called after each mutant with the number of mutants judged so far. */
  readonly onJudged: (judged: number) => void;
}

export interface Measured {
  readonly results: readonly Result[];
  /** Ids of the mutants that no longer fit the source. */
  readonly gone: readonly string[];
}

/** A worker keeps all code that it has loaded, so it is replaced now and then. */
const MUTANTS_PER_WORKER = 10;

/** Factor for the limit of a step when a run that is stuck is repeated. */
const PATIENCE = 10;

/** Throws if the unmodified gateway fails: a mutant that fails as well would not be found by it. */
export async function measure(
  planting: Planting,
  mutants: readonly Mutant[],
  options: MeasureOptions,
): Promise<Measured> {
  const unmodified = await judgeOne(planting, null, options);
  if (unmodified.foundBy !== null)
    throw new Error(`the unmodified gateway fails: ${unmodified.foundBy}, seed ${unmodified.seeds}`);
  const gone: string[] = [];
  const fitting = mutants.flatMap((mutant) => {
    const line = lineOf(mutant, readFileSync(path.join(planting.root, mutant.file), 'utf8'));
    if (line === null) gone.push(mutant.id);
    return line === null ? [] : [{ mutant, line }];
  });
  const groups: (typeof fitting)[] = [];
  for (let first = 0; first < fitting.length; first += MUTANTS_PER_WORKER)
    groups.push(fitting.slice(first, first + MUTANTS_PER_WORKER));
  let judged = 0;
  const results = await mapConcurrent(options.jobs, groups, (group) =>
    withWorkers(options.stuckMs, async (judges) => {
      const ofGroup: Result[] = [];
      for (const { mutant, line } of group) {
        const bundle = await planting.bundle(mutant);
        const known = options.kept.get(bundle.codeHash, options);
        const judgement = known ?? (await judge(judges, bundle, options));
        if (known === null) options.kept.add(bundle.codeHash, options, judgement);
        const { id, mutator, file, original, replacement } = mutant;
        ofGroup.push({ id, mutator, file, line, original, replacement, ...judgement });
        judged += 1;
        options.onJudged(judged);
      }
      return ofGroup;
    }),
  );
  return { results: results.flat(), gone };
}

async function judgeOne(planting: Planting, mutant: Mutant | null, options: MeasureOptions): Promise<Judgement> {
  const bundle = await planting.bundle(mutant);
  return await withWorkers(options.stuckMs, (judges) => judge(judges, bundle, options));
}

/** The patient worker is started only if a run needs it. */
async function withWorkers<T>(stuckMs: number, work: (judges: Judges) => Promise<T>): Promise<T> {
  const usual = workerThreads({ jobs: 1, stuckMs });
  let patient: Workers | null = null;
  try {
    return await work({
      runner: usual.runner,
      get patient() {
        patient ??= workerThreads({ jobs: 1, stuckMs: stuckMs * PATIENCE });
        return patient.runner;
      },
    });
  } finally {
    await usual.close();
    await (patient as Workers | null)?.close();
  }
}
