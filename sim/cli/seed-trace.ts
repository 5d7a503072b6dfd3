/** The full trace of one seed for `run --seed … --verbose`, also of a seed that holds. */
import type { Workers } from '../api/workers.ts';
import type { Bundle } from '../search/job-runner.ts';
import type { Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import { traceLines } from '../report/trace.ts';
import { sizesOf } from '../search/campaign-options.ts';
import type { Lines } from './output.ts';

export async function seedTrace(
  workers: Workers,
  bundle: Bundle,
  { seed, stepsMax, ...sizes }: PlanSizes & { readonly seed: Seed; readonly stepsMax: number | undefined },
): Promise<Lines> {
  const { records = [], printed = [] } = await workers.runner.run(bundle, {
    kind: 'run',
    seed,
    sizes: sizesOf(sizes),
    detailed: true,
    stepsMax,
  });
  return (palette) => traceLines(records, { failure: null, verbose: true, printed }, palette);
}
