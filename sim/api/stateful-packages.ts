/**
 * Finds the packages that make a seed differ when it is repeated. Packages are evaluated once for
 * all runs, so one with state (a pool of random bytes, a counter, a cache) carries it from run to
 * run. They are found by trial: when the right ones are evaluated for each process, the runs are
 * the same.
 */
import type { Plan } from '../plan/plan.ts';
import { InProcessRunner } from './in-process-runner.ts';
import type { Source } from '../project/scenario-source.ts';

export interface Suspicion {
  readonly source: Source;
  readonly variant: string | null;
  /** The plan of a run that differed when it was repeated. */
  readonly plan: Plan;
  readonly stepsMax?: number | undefined;
  /** Real time. */
  readonly budgetMs: number;
  readonly nowMs: () => number;
}

/**
 * Returns the first package that explains the difference alone, or else a small set found within
 * the budget. Empty when packages do not explain it. A package is always evaluated together with
 * the packages that import it. Those are tried first, so that none is blamed for the state of
 * another.
 */
export async function findStatefulPackages(suspicion: Suspicion): Promise<readonly string[]> {
  const { source, variant, budgetMs, nowMs } = suspicion;
  const { packages } = await source.bundle(variant);
  const until = nowMs() + budgetMs;
  if (packages.length === 0 || !(await isSameTwice(suspicion, packages))) return [];
  // The cause may also be a module of a system marked `stateless`, or state left by other seeds.
  if (await isSameTwice(suspicion, [])) return [];
  for (const name of packages) if (nowMs() < until && (await isSameTwice(suspicion, [name]))) return [name];
  let suspects = packages;
  for (const name of packages) {
    const fewer = suspects.filter((suspect) => suspect !== name);
    if (nowMs() < until && (await isSameTwice(suspicion, fewer))) suspects = fewer;
  }
  return suspects;
}

/**
 * Runs the plan twice in this process: in two workers, packages would start from the same state.
 * The system's own modules are evaluated for each process even for a scenario marked `stateless`,
 * since processes that share them also share the packages evaluated with them.
 */
async function isSameTwice(suspicion: Suspicion, stateful: readonly string[]): Promise<boolean> {
  const { source, variant, plan, stepsMax } = suspicion;
  const runner = new InProcessRunner();
  try {
    const bundle = await source.bundle(variant, stateful);
    const job = { kind: 'run', seed: plan.seed, plan, freshModules: true, stepsMax } as const;
    const [first, second] = [await runner.run(bundle, job), await runner.run(bundle, job)];
    const isBroken = [first, second].some(
      ({ failure }) => failure?.verdict === 'crash' || failure?.verdict === 'escape',
    );
    return !isBroken && first.digest === second.digest;
  } catch {
    // Some packages fail when they are evaluated more than once. They cannot be shown to be the
    // cause.
    return false;
  } finally {
    await runner.close();
  }
}
