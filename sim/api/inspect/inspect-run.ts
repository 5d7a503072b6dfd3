/**
 * Runs a job under Node's inspector: in the main thread, without a limit of real time. Code and
 * digest are those of any other run. Only the source maps are added.
 */
import { LoadError } from '../../load/errors.ts';
import type { RunJob, RunReport } from '../../search/job.ts';
import { mapsOfUser } from '../../load/evaluate.ts';
import { InProcessRunner } from '../in-process-runner.ts';
import type { RanOn } from '../report-lines.ts';
import { FirstStop } from './first-stop.ts';
import { checkStep, type Inspection } from './inspection.ts';
import { openInspector } from './open-inspector.ts';

/**
 * Throws UsageError where there is no inspector, and if the run has fewer steps; LoadError if the
 * code has changed since it was bundled.
 */
export async function inspectRun(
  { source, variant, bundle }: RanOn,
  job: RunJob,
  { atStep, onWaiting }: Inspection,
): Promise<RunReport> {
  const mapped = await source.withSourceMaps(bundle, variant);
  if (mapped === null) throw new LoadError(`${source.place.path}: the code has changed; run the command again`);
  const stop = new FirstStop(await openInspector(onWaiting), atStep, mapsOfUser(mapped));
  const runner = new InProcessRunner({ onStep: stop.onStep });
  try {
    const report = await runner.run(mapped, job);
    checkStep(atStep, report);
    return report;
  } finally {
    stop.release();
    await runner.close();
  }
}
