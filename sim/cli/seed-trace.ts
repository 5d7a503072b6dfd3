/** The full trace of one seed for `run --seed … --verbose`, also of a seed that holds. */
import { linesFor, type RanOn } from '../api/report-lines.ts';
import type { Workers } from '../api/workers.ts';
import type { Seed } from '../kernel/seed.ts';
import type { PlanSizes } from '../plan/arbitrary.ts';
import { RunSecrets } from '../report/redaction/run-secrets.ts';
import { traceLines } from '../report/trace.ts';
import { sizesOf } from '../search/campaign-options.ts';
import type { Lines } from './output.ts';

export async function seedTrace(
  workers: Workers,
  ranOn: RanOn,
  { seed, stepsMax, ...sizes }: PlanSizes & { readonly seed: Seed; readonly stepsMax: number | undefined },
): Promise<Lines> {
  const report = await workers.runner.run(ranOn.bundle, {
    kind: 'run',
    seed,
    sizes: sizesOf(sizes),
    detailed: true,
    stepsMax,
  });
  const { records = [], printed, places, texts } = new RunSecrets().inReport(report);
  const sourceOf = await linesFor(ranOn, report, true);
  return (palette) => traceLines(records, { failure: null, verbose: true, printed, places, texts, sourceOf }, palette);
}
