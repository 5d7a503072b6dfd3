/**
 * When a seed is not the same twice, the reason is often a package with state of its own (a pool of random bytes, a counter, a cache), since packages
 * are evaluated once for all runs. Which ones they are is found by trying: with them evaluated anew for each process, the runs are the same.
 */
import type { Plan } from '../plan/plan.ts';
import { InProcessRunner } from './in-process-runner.ts';
import type { Source } from '../project/scenario-source.ts';

export interface Suspicion {
  readonly source: Source;
  readonly variant: string | null;
  /** Of a run that was not the same twice. */
  readonly plan: Plan;
  readonly stepsMax?: number;
  readonly budgetMs: number;
  readonly nowMs: () => number;
}

/**
 * The first package that explains it alone, or else as few as are found within the budget; none when packages do not explain it. To evaluate a package
 * anew is to do so with all that import it; those are tried before it, so that nobody is named for another's state.
 */
export async function findStatefulPackages(suspicion: Suspicion): Promise<readonly string[]> {
  const { source, variant, budgetMs, nowMs } = suspicion;
  const { packages } = await source.bundle(variant);
  const until = nowMs() + budgetMs;
  if (packages.length === 0 || !(await isSameTwice(suspicion, packages))) return [];
  // The modules of a system that is said to be stateless may be the reason, or what other seeds left behind.
  if (await isSameTwice(suspicion, [])) return [];
  for (const name of packages) if (nowMs() < until && (await isSameTwice(suspicion, [name]))) return [name];
  let left = packages;
  for (const name of packages) {
    const fewer = left.filter((other) => other !== name);
    if (nowMs() < until && (await isSameTwice(suspicion, fewer))) left = fewer;
  }
  return left;
}

/**
 * In this process, one after the other: two workers would each have the state that packages begin with. The system's own modules are evaluated for
 * each process, also where a scenario lets lives share them, since they share what is evaluated with them as well.
 */
async function isSameTwice(suspicion: Suspicion, stateful: readonly string[]): Promise<boolean> {
  const { source, variant, plan, stepsMax } = suspicion;
  const runner = new InProcessRunner();
  try {
    const bundle = runner.add(await source.bundle(variant, stateful));
    const job = {
      kind: 'run',
      seed: plan.seed,
      plan,
      freshModules: true,
      ...(stepsMax === undefined ? {} : { stepsMax }),
    } as const;
    const [first, second] = [await runner.run(bundle, job), await runner.run(bundle, job)];
    const isBroken = [first, second].some(
      ({ failure }) => failure?.verdict === 'crash' || failure?.verdict === 'escape',
    );
    return !isBroken && first.digest === second.digest;
  } catch {
    // A package may not bear to be evaluated for each process; then it is not shown to be the reason.
    return false;
  } finally {
    await runner.close();
  }
}
